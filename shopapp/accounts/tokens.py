"""Random tokens for links and cookies: the person has the token, the database only its hash."""

from __future__ import annotations

import hashlib
import secrets


def new() -> str:
    """A token of 256 random bits, fit for an address."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """What is stored of a token: SHA-256 in hex. A random token needs no salt and no stretching."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
