"""The signed links of a survey: what a customer clicks on without signing in (pure)."""

from __future__ import annotations

import hashlib
import hmac
import re

_TOKEN = re.compile(r"([a-z0-9]{1,40})\.([a-z0-9]{1,40})\.([0-9a-f]{32})")


def token(key: bytes, store: str, rating: str) -> str:
    """What stands in a link for one survey of one store."""
    return f"{store}.{rating}.{_signature(key, store, rating)}"


def read(key: bytes, text: str) -> tuple[str, str] | None:
    """The store's and the survey's id in a token we signed, else None."""
    found = _TOKEN.fullmatch(text)
    if found is None or not hmac.compare_digest(_signature(key, found[1], found[2]), found[3]):
        return None
    return found[1], found[2]


def _signature(key: bytes, store: str, rating: str) -> str:
    words = f"shopapp survey {store} {rating}".encode()
    return hmac.new(key, words, hashlib.sha256).hexdigest()[:32]
