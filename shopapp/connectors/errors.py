"""What can go wrong while talking to an outside service, in plain sentences without secrets."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from urllib.parse import quote

MASK = "••••"
_LONGEST = 300


class ConnectorError(Exception):
    """A call to an outside service failed.

    `message` is one or two sentences fit for a page, `permanent` says that trying again alone
    will not help, `fix` says what a person can do about it.
    """

    def __init__(self, message: str, *, permanent: bool, fix: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent
        self.fix = fix


class Temporary(ConnectorError):
    """Nothing happened on the other side; the same call may succeed later."""

    def __init__(self, message: str, *, fix: str | None = None) -> None:
        super().__init__(message, permanent=False, fix=fix)


class Permanent(ConnectorError):
    """Nothing happened on the other side, and the same call will fail again."""

    def __init__(self, message: str, *, fix: str | None = None) -> None:
        super().__init__(message, permanent=True, fix=fix)


class Unknown(ConnectorError):
    """It may have happened or not: never to be repeated without looking first."""

    def __init__(self, message: str, *, fix: str | None = None) -> None:
        super().__init__(message, permanent=True, fix=fix)


class Misconfigured(Permanent):
    """The connection's settings cannot work as they are."""


class AuthFailed(Permanent):
    """The service refused the user name, password or token."""


def plain_text(words: str | bytes, secrets: Iterable[str | None] = ()) -> str:
    """What a service said, as one line of at most 300 characters with every secret masked.

    A secret is masked as it stands, percent-encoded and in base64, as servers like to echo it.
    """
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    for form in sorted({form for s in secrets if s for form in _forms(s)}, key=len, reverse=True):
        said = said.replace(form, MASK)
    said = re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", said).strip()
    return said if len(said) <= _LONGEST else said[: _LONGEST - 1] + "…"


def _forms(secret: str) -> set[str]:
    return {secret, quote(secret, safe=""), base64.b64encode(secret.encode()).decode()}
