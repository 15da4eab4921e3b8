"""Outcomes: opened when a reply has left, settled every day until nothing can change any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from shopapp import clock
from shopapp.db import Session
from shopapp.drafts.actions import timing
from shopapp.drafts.models import AiDraft, DraftOutcome
from shopapp.drafts.queries import holding
from shopapp.inbox.actions.posting import FORWARD
from shopapp.inbox.models import Score, TicketMessage
from shopapp.inbox.queries import aftermath
from shopapp.jobs.context import JobContext
from shopapp.jobs.registry import handler

RECKON = "inbox.reckon"
BATCH = 200
REOPENED, RATED, REFUNDED = timedelta(days=7), timedelta(days=14), timedelta(days=14)
OVER = max(REOPENED, RATED, REFUNDED)
_LATE = timedelta(days=2)
"""Later than this after the end nobody can say when an order was refunded."""
_RATINGS = {Score.BAD: -1, Score.OK: 0, Score.GOOD: 1}


@handler(RECKON)
def reckon(context: JobContext) -> None:
    """Look at every outcome that may still change; as often as one likes."""
    after, done = "", 0
    while True:
        with context.transaction() as session:
            rows = aftermath.unsettled(session, after, BATCH)
            settle(session, rows)
            after = rows[-1].id if rows else ""
        done += len(rows)
        if len(rows) < BATCH:
            return
        context.progress(done)


def open_for(session: Session, reply: TicketMessage, draft: AiDraft | None) -> DraftOutcome | None:
    """A reply has left: what comes after it is kept when a draft seeded it or it is compared.

    None for any other reply. The first reply of a ticket in the comparison stands for its side.
    """
    timing.forget_when(session, reply.id)
    arm = holding.arm_of(session, reply.ticket_id) if reply.kind != FORWARD else None
    is_compared = arm is not None and arm.left_at is None
    if (draft is None and not is_compared) or _is_known(session, reply):
        return None
    is_first = is_compared and not _has_answered(session, reply.ticket_id)
    if draft is None and not is_first:
        return None
    before = aftermath.refunded(session, [reply.ticket_id]).get(reply.ticket_id)
    row = DraftOutcome(
        ticket_id=reply.ticket_id,
        ticket_message_id=reply.id,
        ai_draft_id=draft.id if draft else None,
        arm=arm.arm if arm and is_first else None,
        intent=arm.intent if arm else draft.intent if draft else None,
        sent_at=reply.sent_at,
        seconds=timing.total(session, reply.id),
        refunded=None if before is None else False,
        refunded_before=before,
    )
    session.add(row)
    return row


def settle(session: Session, rows: Sequence[DraftOutcome]) -> None:
    """Bring outcomes up to date; those whose time is over are closed."""
    if not rows:
        return
    news, now = _news(session, rows), clock.now()
    for row in rows:
        row.reopened = row.reopened or _is_reopened(row, news)
        row.rating = _rating(row, news)
        row.refunded = _is_refunded(row, news, now)
        if now >= row.sent_at + OVER:
            row.settled_at = now


@dataclass(frozen=True, slots=True)
class _News:
    reopened: aftermath.Moments
    replied: aftermath.Moments
    rated: dict[str, list[tuple[datetime, Score]]]
    refunded: dict[str, Decimal]


def _news(session: Session, rows: Sequence[DraftOutcome]) -> _News:
    tickets = {row.ticket_id for row in rows}
    since = min(row.sent_at for row in rows)
    return _News(
        aftermath.reopenings(session, tickets, since),
        aftermath.replies_sent(session, tickets, since),
        {key: list(found) for key, found in aftermath.ratings(session, tickets, since).items()},
        dict(aftermath.refunded(session, tickets)),
    )


def _is_reopened(row: DraftOutcome, news: _News) -> bool:
    """Within the days and before the next reply, to which a later reopening belongs."""
    later = [at for at in news.replied.get(row.ticket_id, ()) if at > row.sent_at]
    until = min([row.sent_at + REOPENED, *later])
    return any(row.sent_at < at <= until for at in news.reopened.get(row.ticket_id, ()))


def _rating(row: DraftOutcome, news: _News) -> int | None:
    until = row.sent_at + RATED
    said = [
        _RATINGS[score]
        for at, score in news.rated.get(row.ticket_id, ())
        if row.sent_at < at <= until
    ]
    return said[-1] if said else row.rating


def _is_refunded(row: DraftOutcome, news: _News, now: datetime) -> bool | None:
    """Whether more was paid back since; the shop's data does not say when, so looking is dating."""
    if row.refunded or row.refunded_before is None:
        return row.refunded
    if now > row.sent_at + REFUNDED + _LATE:
        return None
    return news.refunded.get(row.ticket_id, Decimal(0)) > row.refunded_before


def _is_known(session: Session, reply: TicketMessage) -> bool:
    known = select(DraftOutcome.id).where(DraftOutcome.ticket_message_id == reply.id)
    return session.scalar(known) is not None


def _has_answered(session: Session, ticket_id: str) -> bool:
    first = select(DraftOutcome.id).where(
        DraftOutcome.ticket_id == ticket_id, DraftOutcome.arm.is_not(None)
    )
    return session.scalar(first.limit(1)) is not None
