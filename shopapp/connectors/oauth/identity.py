"""Who consented, by the provider's id token (OpenID Connect Core 3.1.3.7).

It comes straight from the provider's token endpoint, so TLS stands for its signature.
"""

from __future__ import annotations

import binascii
import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any

from shopapp.connectors.errors import Permanent
from shopapp.connectors.oauth.shapes import Provider

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


def claims(token: Any, provider: Provider, client_id: str, nonce: str) -> dict[str, Any]:
    """The token's claims; raises Permanent when it is no answer to our question."""
    said = _read(token)
    audience = said.get("aud")
    is_ours = client_id in (audience if isinstance(audience, list) else [audience])
    issuer = str(said.get("iss", ""))
    is_theirs = any(
        issuer.startswith(one) if one.endswith("/") else issuer == one for one in provider.issuers
    )
    if is_ours and is_theirs and said.get("nonce") == nonce:
        return said
    message = f"{provider.title} answered somebody else's question."
    raise Permanent(message, fix="Connect again from the mailbox's page.")


def addresses(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """The mail addresses in the claims, lower case; an address the provider doubts is left out."""
    doubted = claims.get("email_verified") in (False, "false")
    named = (None if doubted else claims.get("email"), claims.get("preferred_username"))
    fitting = (str(one).lower() for one in named if one and _ADDRESS.fullmatch(str(one)))
    return tuple(dict.fromkeys(fitting))


def json_object(words: bytes) -> dict[str, Any] | None:
    """The JSON object in `words`, None when there is none."""
    try:
        said = json.loads(words)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _read(token: Any) -> dict[str, Any]:
    parts = str(token or "").split(".")
    try:
        body = urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
    except (IndexError, ValueError, binascii.Error):
        return {}
    return json_object(body) or {}
