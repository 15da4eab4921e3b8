"""The numbers over the list: what waits, what was done today, how fast the first answers were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from shopapp.db import Session
from shopapp.inbox.models import DeliveryState, Direction, SavedView, Ticket, TicketMessage
from shopapp.inbox.queries.tabs import Standpoint, View, counted, up_to_most

ANSWERS = 2_000  # first answers of a day that are looked at


@dataclass(frozen=True, slots=True)
class Metrics:
    """Counts stop at 1,000; `first_response` is the median of today's, None before the first."""

    outstanding: int
    overdue: int
    drafts: int
    closed_today: int
    first_response: timedelta | None


def metrics(session: Session, at: Standpoint, midnight: datetime) -> Metrics:
    """The numbers, in two statements."""
    closed = select(Ticket.id).where(Ticket.closed_at >= midnight)
    views = (counted(view, at) for view in (View.OPEN, View.OVERDUE, View.DRAFT_READY))
    row = session.execute(select(*views, up_to_most(closed))).one()
    outstanding, overdue, drafts, closed_today = (int(each) for each in row)
    return Metrics(outstanding, overdue, drafts, closed_today, _first_response(session, midnight))


def news(session: Session, rows: Any, since: datetime) -> int:
    """How many tickets of a list got a mail after `since`, by our clock: senders' may be slow."""
    arrived = select(TicketMessage.id).where(
        TicketMessage.ticket_id == Ticket.id,
        TicketMessage.direction == Direction.IN,
        TicketMessage.created_at > since,
    )
    newer = rows.where(Ticket.updated_at > since, arrived.correlate(Ticket).exists())
    return session.scalar(select(up_to_most(newer))) or 0


def last_change(session: Session) -> datetime | None:
    """When a ticket changed last."""
    return session.scalar(select(func.max(Ticket.updated_at)))


def saved_views(session: Session, me: str) -> list[SavedView]:
    """The views everybody sees, and one's own, in their order."""
    return list(
        session.scalars(
            select(SavedView)
            .where(or_(SavedView.owner_id.is_(None), SavedView.owner_id == me))
            .order_by(SavedView.position, SavedView.id)
            .limit(50)
        )
    )


def _first_response(session: Session, midnight: datetime) -> timedelta | None:
    """From a ticket's beginning to our first reply, for the first replies sent since midnight."""
    before = aliased(TicketMessage)
    ours = (TicketMessage.direction == Direction.OUT, TicketMessage.is_internal_note.is_(False))
    earlier = select(before.id).where(
        before.ticket_id == TicketMessage.ticket_id,
        before.direction == Direction.OUT,
        before.delivery_state == DeliveryState.SENT,
        before.sent_at < midnight,
    )
    rows = session.execute(
        select(Ticket.created_at, func.min(TicketMessage.sent_at))
        .join(TicketMessage, TicketMessage.ticket_id == Ticket.id)
        .where(
            *ours,
            TicketMessage.delivery_state == DeliveryState.SENT,
            TicketMessage.sent_at >= midnight,
            ~earlier.exists(),
        )
        .group_by(Ticket.id, Ticket.created_at)
        .limit(ANSWERS)
    )
    waits = [(replied - begun).total_seconds() for begun, replied in rows if replied >= begun]
    return timedelta(seconds=median(waits)) if waits else None
