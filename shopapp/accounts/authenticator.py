"""Codes of an authenticator app (TOTP, RFC 6238) and recovery codes; the key seals and hashes."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass

from passlib.exc import TokenError
from passlib.totp import TOTP

from shopapp import clock

ISSUER = "shopapp"
RECOVERY_CODES = 10
_DRIFT = 30  # seconds a phone's clock may be off, either way
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another


@dataclass(frozen=True, slots=True)
class Setup:
    """What an app is told, as a QR code or typed."""

    uri: str
    typed: str


class Authenticator:
    """Makes and checks codes with the installation's own key.

    A kept secret is JSON: the sealed secret, and the last time step a code was taken for, so that
    no code is taken twice.
    """

    def __init__(self, key: str) -> None:
        self._key = hmac.digest(key.encode(), b"recovery codes", "sha256")
        self._totp = TOTP.using(issuer=ISSUER, secrets={"1": key})

    def new_secret(self) -> str:
        """A new sealed secret."""
        return str(self._totp.new().to_json(encrypt=True))

    def setup(self, sealed: str, email: str) -> Setup:
        """How to enter the secret into an app."""
        totp = self._totp.from_source(sealed)
        return Setup(totp.to_uri(email), totp.pretty_key())

    def code(self, sealed: str) -> str:
        """The code an app shows now."""
        totp = self._totp.from_source(sealed)
        return str(totp.generate(time=clock.now()).token)

    def confirmed(self, sealed: str, code: str) -> str | None:
        """What to keep of a new secret when `code` is right, None when it is not."""
        return self._kept(sealed, code, last=None)

    def accepted(self, kept: str, code: str) -> str | None:
        """What to keep from now on when `code` is right and newer than the last, otherwise None."""
        stored = json.loads(kept)
        return self._kept(json.dumps(stored["sealed"]), code, last=stored["last"])

    def _kept(self, sealed: str, code: str, *, last: int | None) -> str | None:
        totp = self._totp.from_source(sealed)
        try:
            match = totp.match(code, time=clock.now(), window=_DRIFT, last_counter=last)
        except (TokenError, ValueError):
            return None
        return json.dumps({"sealed": json.loads(sealed), "last": match.counter})

    def new_recovery_codes(self) -> list[str]:
        """Ten codes of ten letters in two groups, 49 bits each: 'k7mwa-p3xqd'."""
        return ["-".join(_group() for _ in range(2)) for _ in range(RECOVERY_CODES)]

    def hashed(self, code: str) -> str:
        """What is stored of a recovery code; without the installation's key it tells nothing."""
        letters = "".join(filter(str.isalnum, code.lower()))
        return hmac.new(self._key, letters.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _group() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(5))
