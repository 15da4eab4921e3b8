"""Writing a mail: headers nothing can be injected into, text, and a plain HTML twin of it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import MIMEPart
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import Final, Literal

from shopapp.connectors.mail.addresses import ascii_address

AutoSubmitted = Literal["auto-generated", "auto-replied"]

_LINE: Final = 76
_MOST_REFERENCES: Final = 20
_LONGEST_ID: Final = 900
_MESSAGE_ID = re.compile(rf"[\x21-\x3b\x3d\x3f-\x7e]{{1,{_LONGEST_ID}}}")
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,75}")
_OURS = frozenset(
    {"from", "sender", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id"}
    | {"in-reply-to", "references", "auto-submitted", "mime-version", "return-path", "received"}
)
_LINK = re.compile(r"https?://[^\s<>\"'\u0000-\u001f]+[^\s<>\"'.,;:!?)\]}\u0000-\u001f]")


class Uncomposable(ValueError):
    """A part of the mail cannot be written as mail; says which, in one sentence."""


@dataclass(frozen=True, slots=True)
class Address:
    """An e-mail address with the name shown beside it."""

    email: str
    name: str = ""


def compose(
    *,
    message_id: str,
    sender: Address,
    to: Sequence[Address],
    subject: str,
    text: str,
    date: datetime,
    cc: Sequence[Address] = (),
    html: str | None = None,
    in_reply_to: str | None = None,
    references: Sequence[str] = (),
    reply_to: Address | None = None,
    auto_submitted: AutoSubmitted | None = None,
    extra_headers: Mapping[str, str] | None = None,
) -> bytes:
    """The mail as bytes with CRLF line ends; the same arguments give the same bytes.

    `message_id`, `in_reply_to` and `references` may come with or without angle brackets. The HTML
    twin is made from `text` unless `html` is given; an empty `html` sends the text alone. Line
    breaks and control characters in subject and names become spaces. Ids of other people's mails
    that no header can carry are left out, and of a long conversation the first and the newest ids
    stay. There is no Bcc. All of it is ASCII, unless an address is not so before its @.
    Raises Uncomposable for an address, id, date or header that cannot be written.
    """
    parent = _ids([in_reply_to] if in_reply_to else [])
    lines = [
        _addresses("From", [sender]),
        _addresses("To", to),
        _addresses("Cc", cc),
        _addresses("Reply-To", [reply_to] if reply_to else []),
        _words("Subject", subject),
        f"Date: {_date(date)}",
        f"Message-ID: {_own_id(message_id)}",
        _folded("In-Reply-To", parent, " "),
        _folded("References", _bounded(_ids([*references, *parent])), " "),
        f"Auto-Submitted: {auto_submitted}" if auto_submitted else "",
        *_extra(extra_headers or {}),
        "MIME-Version: 1.0",
    ]
    if not to and not cc:
        raise Uncomposable("The mail has no recipient.")
    header = "".join(f"{line}\r\n" for line in lines if line)
    return header.encode() + _body(message_id, _tidy(text), html)


def html_from_text(text: str) -> str:
    """A plain HTML page of `text`: escaped, in paragraphs, with web links that can be clicked."""
    return html_page(paragraphs(text))


def paragraphs(text: str) -> str:
    """`text` as HTML paragraphs: escaped, with web links that can be clicked."""
    parts = (part.strip("\n") for part in re.split(r"\n\s*\n", _tidy(text)))
    return "\n".join(f'<p dir="auto">{_linked(part)}</p>' for part in parts if part)


def html_page(inner: str) -> str:
    """A whole HTML page round safe HTML."""
    head = '<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head>'
    return f"{head}<body>\n{inner}\n</body></html>\n"


def _body(message_id: str, text: str, html: str | None) -> bytes:
    boundary = "=_" + hashlib.sha256(message_id.encode()).hexdigest()[:32]
    part = MIMEPart(policy=SMTP)
    part.set_content(text, cte=_shorter_encoding(text))
    twin = html_from_text(text) if html is None else _tidy(html)
    if twin.strip():
        part.make_alternative(boundary=boundary)
        part.add_alternative(twin, subtype="html", cte=_shorter_encoding(twin))
    return part.as_bytes()


def _shorter_encoding(text: str) -> str:
    """base64 for scripts whose letters quoted-printable would blow up threefold."""
    octets = text.encode()
    foreign = sum(octet > 126 or octet == ord("=") for octet in octets)
    return "base64" if foreign * 6 > len(octets) else "quoted-printable"


def _tidy(text: str) -> str:
    """`text` with LF line ends, one at its end, without control characters or lone surrogates."""
    even = re.sub(r"\r\n|\r", "\n", text.encode("utf-8", "replace").decode())
    clean = "".join(sign for sign in even if sign in "\n\t" or unicodedata.category(sign) != "Cc")
    return clean.rstrip() + "\n"


def _linked(paragraph: str) -> str:
    pieces, end = [], 0
    for link in _LINK.finditer(paragraph):
        url = escape(link[0])
        pieces += [escape(paragraph[end : link.start()]), f'<a href="{url}">{url}</a>']
        end = link.end()
    return "".join([*pieces, escape(paragraph[end:])]).replace("\n", "<br>\n")


def _one_line(words: str) -> str:
    """`words` on one line: every white space and control character becomes a single space."""
    clean = words.encode("utf-8", "replace").decode()
    spaced = (" " if unicodedata.category(sign) == "Cc" else sign for sign in clean)
    return " ".join("".join(spaced).split())


def _words(name: str, value: str) -> str:
    """A header of free words: as they are when short ASCII words, else as encoded words."""
    line = _one_line(value)
    is_plain = line.isascii() and "=?" not in line and all(len(w) < 60 for w in line.split())
    if is_plain:
        return _folded(name, line.split(), " ") or f"{name}: "
    return f"{name}: {_encoded(line, len(name) + 2)}"


def _encoded(line: str, room_taken: int) -> str:
    encoded = Header(line, "utf-8", maxlinelen=_LINE, header_name="x" * room_taken)
    return encoded.encode(linesep="\r\n")


def _addresses(name: str, addresses: Sequence[Address]) -> str:
    return _folded(name, [_mailbox(one) for one in addresses], ", ")


def _mailbox(address: Address) -> str:
    try:
        email = ascii_address(address.email)
    except ValueError as error:
        raise Uncomposable(str(error)) from error
    name = _one_line(address.name)
    if not name:
        return email
    if name.isascii() and "=?" not in name and len(name) < _LINE // 2:
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{email}>'
    encoded = _encoded(name, len("Reply-To: "))
    return f"{encoded}\r\n <{email}>" if "\r\n" in encoded else f"{encoded} <{email}>"


def _own_id(message_id: str) -> str:
    bare = _bare(message_id)
    if not _MESSAGE_ID.fullmatch(bare):
        raise Uncomposable("The Message-ID is not one that a mail can bear.")
    return f"<{bare}>"


def _ids(ids: Iterable[str]) -> list[str]:
    bare = dict.fromkeys(_bare(one) for one in ids)
    return [f"<{one}>" for one in bare if _MESSAGE_ID.fullmatch(one)]


def _bare(message_id: str) -> str:
    return message_id.strip().removeprefix("<").removesuffix(">")


def _bounded(ids: list[str]) -> list[str]:
    if len(ids) <= _MOST_REFERENCES:
        return ids
    return [ids[0], *ids[1 - _MOST_REFERENCES :]]


def _date(date: datetime) -> str:
    if date.tzinfo is None:
        raise Uncomposable("The date of a mail needs a time zone.")
    return format_datetime(date)


def _extra(headers: Mapping[str, str]) -> list[str]:
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name) or re.match(r"content-", name, re.IGNORECASE):
            raise Uncomposable(f"{name!r} is not a header that may be added.")
        if name.lower() in _OURS:
            raise Uncomposable(f"The header {name} is written from the mail's own fields.")
        if _one_line(value) != value or any(len(w) > _LONGEST_ID for w in value.split()):
            raise Uncomposable(f"The header {name} has line breaks, stray spaces or no end.")
    return [
        _folded(name, value.split(), " ") if value.isascii() else _words(name, value)
        for name, value in headers.items()
    ]


def _folded(name: str, items: Sequence[str], joint: str) -> str:
    """`name: item item …`, broken between items before a line grows too long; "" without items."""
    line, lines = f"{name}:", []
    for number, item in enumerate(items):
        piece = item + (joint.rstrip() if number + 1 < len(items) else "")
        if number and len(line) + len(piece) >= _LINE:
            lines.append(line)
            line = ""
        line += f" {piece}"
    return "\r\n".join([*lines, line]) if items else ""
