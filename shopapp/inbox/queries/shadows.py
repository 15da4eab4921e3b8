"""Shadow mode as its pages ask for it: drafts beside real replies, one by one and all together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from sqlalchemy import func, select

from shopapp.db import Session
from shopapp.drafts.models import AiDraft, DraftSubject
from shopapp.inbox.models import (
    AuthorType,
    DeliveryState,
    Direction,
    ShadowComparison,
    Ticket,
    TicketMessage,
)
from shopapp.mail.models import Mailbox

NEWEST = 5_000  # comparisons that a report counts
ALL = "all"


@dataclass(frozen=True, slots=True)
class Pair:
    """A draft and what the team really sent."""

    comparison: ShadowComparison
    draft: AiDraft
    real: TicketMessage


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the report: one intent, or all; `distance` is the median share of other words."""

    intent: str
    count: int
    distance: float
    kept: float
    classes: Counter[str]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole: `lines` with all first, and what could not be compared (yet)."""

    lines: Sequence[Line]
    tickets: int
    drafts: int


def real_reply(session: Session, question: TicketMessage) -> TicketMessage | None:
    """The first mail of ours that came in from elsewhere after `question`, in its ticket."""
    return session.scalar(
        select(TicketMessage)
        .where(
            TicketMessage.ticket_id == question.ticket_id,
            TicketMessage.direction == Direction.OUT,
            TicketMessage.author_type == AuthorType.STAFF,
            TicketMessage.delivery_state == DeliveryState.RECEIVED,
            TicketMessage.sent_at >= question.sent_at,
        )
        .order_by(TicketMessage.sent_at, TicketMessage.id)
        .limit(1)
    )


def is_compared(session: Session, real: TicketMessage) -> bool:
    """Whether this reply was measured against already."""
    row = select(ShadowComparison.id).where(ShadowComparison.ticket_message_id == real.id)
    return session.scalar(row) is not None


def pairs(session: Session, ticket: Ticket) -> Sequence[Pair]:
    """The ticket's drafts beside real replies, newest first."""
    rows = session.execute(
        select(ShadowComparison, AiDraft, TicketMessage)
        .join(AiDraft, AiDraft.id == ShadowComparison.ai_draft_id)
        .join(TicketMessage, TicketMessage.id == ShadowComparison.ticket_message_id)
        .where(ShadowComparison.ticket_id == ticket.id)
        .order_by(ShadowComparison.id.desc())
    )
    return [Pair(*row) for row in rows]


def report(session: Session, mailbox: Mailbox) -> Report:
    """How near the drafts of a mailbox came to what the team sent."""
    rows = session.scalars(
        select(ShadowComparison)
        .join(Ticket, Ticket.id == ShadowComparison.ticket_id)
        .where(Ticket.mailbox_id == mailbox.id)
        .order_by(ShadowComparison.id.desc())
        .limit(NEWEST)
    ).all()
    grouped: defaultdict[str, list[ShadowComparison]] = defaultdict(list)
    for row in rows:
        grouped[row.intent].append(row)
    busiest = sorted(grouped.items(), key=lambda item: (-len(item[1]), item[0]))
    lines = [_line(intent, of) for intent, of in (((ALL, rows),) if rows else ())]
    lines += [_line(intent, of) for intent, of in busiest]
    return Report(lines, *_totals(session, mailbox))


def _line(intent: str, rows: Iterable[ShadowComparison]) -> Line:
    of = list(rows)
    return Line(
        intent,
        len(of),
        median(row.distance for row in of),
        median(row.kept for row in of),
        Counter(row.edit_class for row in of),
    )


def _totals(session: Session, mailbox: Mailbox) -> tuple[int, int]:
    """Tickets of the mailbox, and those of them with a draft that was written."""
    drafted = (
        select(AiDraft.subject_id)
        .where(AiDraft.subject_type == DraftSubject.TICKET, AiDraft.content != "")
        .distinct()
    )
    row = session.execute(
        select(
            func.count(Ticket.id),
            func.count(Ticket.id).filter(Ticket.id.in_(drafted)),
        ).where(Ticket.mailbox_id == mailbox.id)
    ).one()
    return row[0], row[1]
