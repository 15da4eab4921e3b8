"""Whether a request was made by who knows the hook's secret; every comparison in constant time."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

WINDOW = timedelta(minutes=5)
"""How old a signed request may be."""
MAILGUN_WINDOW = timedelta(hours=12)
"""Mailgun tries for eight hours with the signature of its first try."""


def refusal(
    secrets: Sequence[str],
    *,
    body: bytes,
    headers: Mapping[str, str],
    fields: Mapping[str, str],
    now: datetime,
) -> str | None:
    """Why the request is not taken, None when it is.

    It proves the secret by X-Shopapp-Signature over timestamp and body, by Mailgun's fields
    (HMAC-SHA256 over timestamp and token), or as a password of basic authentication.
    """
    signature = headers.get("X-Shopapp-Signature")
    if signature is not None:
        stamp = headers.get("X-Shopapp-Timestamp", "")
        signed = stamp.encode() + b"." + body
        is_theirs = _is_signed(secrets, signed, signature.removeprefix("sha256="))
        return _judged(is_theirs, stamp, now, WINDOW)
    if "signature" in fields:
        stamp = fields.get("timestamp", "")
        signed = (stamp + fields.get("token", "")).encode()
        return _judged(_is_signed(secrets, signed, fields["signature"]), stamp, now, MAILGUN_WINDOW)
    password = _password(headers.get("Authorization", ""))
    if password is None:
        return "the request is not signed and brings no password"
    known = [hmac.compare_digest(each.encode(), password) for each in secrets]
    return None if any(known) else "the password is wrong"


def signature_of(secret: str, timestamp: str, body: bytes) -> str:
    """The value of X-Shopapp-Signature for a request made at `timestamp` (seconds since 1970)."""
    return f"sha256={_mac(secret, timestamp.encode() + b'.' + body)}"


def _is_signed(secrets: Sequence[str], signed: bytes, signature: str) -> bool:
    given = signature.lower().encode("utf-8", "replace")
    return any(hmac.compare_digest(_mac(each, signed).encode(), given) for each in secrets)


def _judged(is_theirs: bool, stamp: str, now: datetime, window: timedelta) -> str | None:
    if not is_theirs:
        return "the signature is wrong"
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 11:
        return "the timestamp is no number of seconds"
    age = now - datetime.fromtimestamp(int(stamp), UTC)
    return None if abs(age) <= window else "the request is too old, or a clock is wrong"


def _mac(secret: str, signed: bytes) -> str:
    return hmac.new(secret.encode(), signed, sha256).hexdigest()


def _password(authorization: str) -> bytes | None:
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(rest.strip(), validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):
        return None
