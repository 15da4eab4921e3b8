"""Where a draft's words come from, as its chips say it."""

from __future__ import annotations

from dataclasses import dataclass

from shopapp.drafts.models import AiDraft

_GLYPHS = {
    "macro": "message-square-text",
    "article": "book-open",
    "policy": "book-open",
    "approved_reply": "history",
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a draft's words come from; `why` says how it was found."""

    title: str
    glyph: str
    why: str
    excerpt: str


def sources_of(draft: AiDraft) -> list[Source]:
    """A chip for each source of the draft, in its order."""
    return [
        Source(
            f"{str(source['kind']).replace('_', ' ').capitalize()}: {source['title']}",
            _GLYPHS.get(str(source["kind"]), "link"),
            str(source.get("why", "")),
            str(source.get("excerpt", "")),
        )
        for source in draft.sources
    ]
