"""A source that a person put into a draft's text becomes one of the draft's own."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from shopapp.db import Session
from shopapp.drafts.grounding import Passage
from shopapp.drafts.models import AiDraft

WHY = "a person put it in"


def add_source(session: Session, draft: AiDraft, passage: Passage, *, excerpt: str) -> AiDraft:
    """Name `passage` among the draft's sources; its packet holds `excerpt`, what was put in.

    So the text rests on it, and the fact lock knows what it states.
    """
    known = {(str(each["kind"]), str(each["id"]), each.get("excerpt")) for each in draft.sources}
    if (passage.kind.value, passage.id, excerpt) in known:
        return draft
    named = {"kind": passage.kind.value, "id": passage.id, "title": passage.title}
    draft.sources = [*draft.sources, {**named, "excerpt": excerpt, "why": WHY}]
    if draft.context_packet is not None:
        whole = {**named, "body": excerpt, "tags": [], "question": "", "private": []}
        stated = [*draft.context_packet.get("passages", ()), whole]
        draft.context_packet = {**draft.context_packet, "passages": stated}
        draft.context_hash = _hash(draft.context_packet)
    return draft


def _hash(stored: dict[str, Any]) -> str:
    """What `grounding.packet_hash` gives for the packet that is stored so."""
    text = json.dumps(stored, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
