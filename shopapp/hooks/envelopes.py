"""The raw mail inside a provider's request, byte for byte, and what the request is signed with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from urllib.parse import unquote_to_bytes

from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

_RAW_FIELDS = ("body-mime", "email")
_MOST_PARTS = 200


class Unusable(Exception):
    """The request holds no raw mail; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A mail as a provider posts it, and the signed fields beside it (Mailgun's), if any."""

    raw: bytes = field(repr=False)
    fields: Mapping[str, str]


def delivery_in(body: bytes, content_type: str) -> Delivery:
    """The mail of a request; raises Unusable.

    message/rfc822 is the mail itself. Of a form it is the field `body-mime` (Mailgun) or `email`
    (SendGrid, "post the raw, full MIME message"), of JSON `RawEmail` (Postmark).
    """
    head = Message()
    head["Content-Type"] = content_type
    kind = head.get_content_type()
    if kind == "message/rfc822":
        return _checked(body, {})
    if kind == "application/json":
        return _checked(_from_json(body), {})
    if kind == "multipart/form-data":
        return _of_form(_parts(body, str(head.get_param("boundary") or "")))
    if kind == "application/x-www-form-urlencoded":
        pairs = (each.partition(b"=") for each in body.split(b"&", _MOST_PARTS))
        return _of_form({_unescaped(name): _unescaped(value) for name, _, value in pairs})
    message = f"{kind} is not understood: send message/rfc822, or the raw MIME in a form or JSON."
    raise Unusable(message)


def _of_form(parts: Mapping[bytes, bytes]) -> Delivery:
    raw = next((parts[name.encode()] for name in _RAW_FIELDS if name.encode() in parts), b"")
    small = {
        name.decode("utf-8", "replace"): value.decode("utf-8", "replace")
        for name, value in parts.items()
        if len(value) < 1_000
    }
    return _checked(raw, small)


def _from_json(body: bytes) -> bytes:
    try:
        found = json.loads(body)
    except ValueError:
        raise Unusable("The JSON cannot be read.") from None
    raw = found.get("RawEmail") if isinstance(found, dict) else None
    return raw.encode("utf-8", "replace") if isinstance(raw, str) else b""


def _checked(raw: bytes, fields: Mapping[str, str]) -> Delivery:
    if not raw.strip():
        message = (
            "There is no raw mail in the request: switch the provider to sending the full MIME "
            "message (body-mime, email or RawEmail)."
        )
        raise Unusable(message)
    return Delivery(raw, fields)


def _unescaped(text: bytes) -> bytes:
    return unquote_to_bytes(text.replace(b"+", b" "))


def _parts(body: bytes, boundary: str) -> dict[bytes, bytes]:
    """The fields of a form, undecoded: a mail may be in any charset."""
    found: dict[bytes, bytearray] = {}
    try:
        decoder = MultipartDecoder(boundary.encode(), max_parts=_MOST_PARTS)
        decoder.receive_data(body)
        decoder.receive_data(None)
        current = bytearray()
        while not isinstance(event := decoder.next_event(), Epilogue | NeedData):
            if isinstance(event, Field | File):
                current = found.setdefault(event.name.encode(), bytearray())
            elif isinstance(event, Data):
                current += event.data
    except Exception:  # noqa: BLE001 - whatever the decoder says, the form cannot be read
        raise Unusable("The form cannot be read.") from None
    return {name: bytes(value) for name, value in found.items()}
