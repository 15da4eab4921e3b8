"""A source that a person put into a draft's text becomes one of the draft's own."""

from __future__ import annotations

import json
from dataclasses import replace

from shopapp.db import Session
from shopapp.drafts.grounding import Passage, packet_hash, packet_json, packet_of
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
        before = packet_of(draft.context_packet)
        stated = Passage(passage.kind, passage.id, passage.title, excerpt)
        packet = replace(before, passages=(*before.passages, stated))
        draft.context_packet = json.loads(packet_json(packet))
        draft.context_hash = packet_hash(packet)
    return draft
