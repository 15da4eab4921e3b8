"""A source that a person put into a draft's text becomes one of the draft's own."""

from __future__ import annotations

from shopapp.db import Session
from shopapp.drafts.grounding import Passage
from shopapp.drafts.models import AiDraft

WHY = "a person put it in"


def add_source(session: Session, draft: AiDraft, passage: Passage, *, excerpt: str) -> AiDraft:
    """Name `passage` among the draft's sources, with the paragraph that was used.

    The context packet stays what the drafter was given: it is what an export shows as the prompt.
    """
    known = {(str(each["kind"]), str(each["id"]), each.get("excerpt")) for each in draft.sources}
    if (passage.kind.value, passage.id, excerpt) not in known:
        added = {
            "kind": passage.kind.value,
            "id": passage.id,
            "title": passage.title,
            "excerpt": excerpt,
            "why": WHY,
        }
        draft.sources = [*draft.sources, added]
    return draft
