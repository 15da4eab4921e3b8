"""Unpacking: a stored context packet as the packet it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from shopapp.drafts.grounding import BrandVoice, Packet


def packet_of(stored: Mapping[str, Any] | None) -> Packet:
    """The packet that `packet_json` wrote; one without facts for none, or for a shape of old."""
    try:
        return msgspec.convert(stored or {}, Packet, strict=False)
    except msgspec.ValidationError:
        return Packet(BrandVoice(""))
