"""Reading smtp:// and smtps:// addresses strictly, never repeating the password in an error."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from urllib.parse import SplitResult, parse_qsl, unquote_to_bytes, urlsplit

from shopapp.connectors.errors import Misconfigured

_FIX = (
    "Write smtp://user:password@host:587 or smtps://user:password@host:465, with the signs "
    "@ : / ? # % of the user name and password percent-encoded."
)
_OPTIONS = frozenset({"security", "timeout", "ehlo"})


@dataclass(frozen=True, slots=True)
class SmtpUrl:
    """The decoded parts of an SMTP address; `options` are its query."""

    scheme: str
    host: str
    port: int | None
    username: str | None
    password: str | None = field(repr=False)
    options: Mapping[str, str]


def parsed(url: str) -> SmtpUrl:
    """The parts of `url`; raises Misconfigured with one plain sentence."""
    if re.search(r"[\s\x00-\x1f\x7f]", url):
        _refuse("contains spaces or control characters")
    parts = _split(url)
    if parts.scheme not in ("smtp", "smtps"):
        _refuse("does not start with smtp:// or smtps://")
    if parts.path not in ("", "/") or parts.fragment:
        _refuse("has something after the host that does not belong there")
    if not parts.hostname:
        _refuse("names no host")
    return SmtpUrl(
        scheme=parts.scheme,
        host=parts.hostname,
        port=_port(parts),
        username=_decoded(parts.username, "user name"),
        password=_decoded(parts.password, "password"),
        options=_options(parts.query),
    )


def seconds(text: str) -> float:
    """`text` as a number of seconds; raises Misconfigured."""
    if not re.fullmatch(r"\d{1,4}(\.\d{1,3})?", text):
        _refuse("has a timeout that is not a number of seconds")
    return float(text)


def _split(url: str) -> SplitResult:
    parts = None
    with contextlib.suppress(ValueError):  # its text may hold the password: no context of ours
        parts = urlsplit(url)
    return parts if parts is not None else _refuse("has a malformed host")


def _port(parts: SplitResult) -> int | None:
    port: int | None = 0
    with contextlib.suppress(ValueError):
        port = parts.port
    return port if port != 0 else _refuse("has a port that is not between 1 and 65535")


def _decoded(text: str | None, what: str) -> str | None:
    if not text:
        return None
    if re.search(r"%(?![0-9A-Fa-f]{2})", text):
        _refuse(f"has a % in the {what} that is not followed by two hexadecimal digits")
    decoded = None
    with contextlib.suppress(UnicodeError):
        decoded = unquote_to_bytes(text).decode()
    return decoded if decoded is not None else _refuse(f"has a {what} that is not UTF-8")


def _options(query: str) -> dict[str, str]:
    options = dict(parse_qsl(query, keep_blank_values=True))
    if options.keys() - _OPTIONS:  # unnamed: a password with a stray ? would end up here
        _refuse(f"has a setting after the ? that is none of {', '.join(sorted(_OPTIONS))}")
    return options


def _refuse(reason: str) -> NoReturn:
    raise Misconfigured(f"The SMTP address {reason}.", fix=_FIX)
