"""Replies of the comparison, and what became of the newest drafts, for what is worked out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, and_, case, select, type_coerce

from shopapp.db import Session
from shopapp.drafts.learning.reward import EditClass
from shopapp.drafts.measuring.harms import Fate
from shopapp.drafts.measuring.savings import Reply
from shopapp.drafts.models import AiDraft, Arm, DraftOutcome, DraftState
from shopapp.drafts.queries.results import Asked

MOST_REPLIES, MOST_FATES = 20_000, 2_000
"""How many are looked at, the newest: a page's work has an end."""
_UNDONE = (EditClass.REWRITE, EditClass.DISCARDED)
_REOPENED = timedelta(days=7)


def compared(session: Session, asked: Asked) -> list[Reply]:
    """The first replies of the tickets in the comparison that were sent in these days."""
    row = DraftOutcome
    is_settled = row.sent_at <= asked.now - _REOPENED
    found = session.execute(
        select(
            type_coerce(row.arm == Arm.HELD_OUT, Integer),
            row.intent,
            row.seconds,
            case((and_(is_settled, row.reopened), 1), (is_settled, 0)),
        )
        .where(row.sent_at >= asked.since, row.sent_at < asked.until, row.arm.is_not(None))
        .order_by(row.sent_at.desc())
        .limit(MOST_REPLIES)
    )
    return [
        Reply(
            bool(held_out), intent or "other", seconds, None if reopened is None else bool(reopened)
        )
        for held_out, intent, seconds, reopened in found
    ]


def fates(session: Session, asked: Asked) -> list[Fate]:
    """The newest drafts of these days that were sent or discarded."""
    draft = AiDraft
    found = session.execute(
        select(
            draft.subject_id,
            draft.created_at,
            draft.edit_class,
            draft.intent,
            draft.model,
            draft.mailbox_id,
            draft.sources,
        )
        .where(
            draft.created_at >= asked.since,
            draft.created_at < asked.until,
            draft.state.in_((DraftState.SENT, DraftState.DISCARDED)),
            draft.edit_class.is_not(None),
        )
        .order_by(draft.created_at.desc())
        .limit(MOST_FATES)
    )
    return [_fate(*row) for row in found]


def _fate(ticket_id: str, made_at: datetime, edit_class: str, *rest: Any) -> Fate:
    intent, model, mailbox_id, sources = rest
    undone = edit_class in _UNDONE
    named = tuple(_named(sources))
    return Fate(ticket_id, made_at, undone, intent or "", model, mailbox_id or "", named)


def _named(sources: Iterable[dict[str, Any]]) -> Iterable[tuple[str, str, str]]:
    for source in sources or ():
        yield str(source.get("kind")), str(source.get("id")), str(source.get("title"))
