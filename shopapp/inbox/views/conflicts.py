"""Two texts for one reply, side by side: what only one of them says is marked in both."""

from __future__ import annotations

from typing import Any

from shopapp.drafts.learning.diff import Kind, Span, changes
from shopapp.inbox.models import DeliveryState, TicketMessage
from shopapp.inbox.views import composer
from shopapp.web.access import Scope

Marked = tuple[bool, str]


def both_texts(here: Scope, written: TicketMessage | None, mine: str) -> dict[str, Any]:
    """What the templates of a conflict need of the two texts; `written` is what stands now."""
    is_open = written is not None and written.delivery_state is DeliveryState.DRAFT
    spans = changes(mine, written.body_text) if written else [Span(Kind.EQUAL, mine)]
    is_own = written is not None and written.author_id == here.user.id
    return {
        "mine": mine,
        "my_text": _side(spans, Kind.REMOVED),
        "their_text": _side(spans, Kind.ADDED),
        "their_name": _name(written, is_own=is_own),
        "their_version": composer.version_of(written),
        "can_keep": written is None or is_open,
        "can_take": is_open,
    }


def _name(written: TicketMessage | None, *, is_own: bool) -> str:
    if written is None:
        return ""
    return "Your other text" if is_own else f"{written.author_name}’s text"


def _side(spans: list[Span], own: Kind) -> list[Marked]:
    return [(span.kind is own, span.text) for span in spans if span.kind in (Kind.EQUAL, own)]
