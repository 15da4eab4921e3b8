"""What happened after replies: reopened tickets, later replies, ratings, refunded orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from shopapp.catalog.models import Order
from shopapp.db import Session
from shopapp.drafts.models import DraftOutcome
from shopapp.inbox.models import (
    CsatRating,
    DeliveryState,
    Direction,
    Score,
    Ticket,
    TicketEvent,
    TicketMessage,
)

Moments = Mapping[str, Sequence[datetime]]


def unsettled(session: Session, after: str, limit: int) -> Sequence[DraftOutcome]:
    """Outcomes that may still change, from the one called `after` on."""
    return session.scalars(
        select(DraftOutcome)
        .where(DraftOutcome.settled_at.is_(None), DraftOutcome.id > after)
        .order_by(DraftOutcome.id)
        .limit(limit)
    ).all()


def reopenings(session: Session, tickets: Collection[str], since: datetime) -> Moments:
    """When these tickets were reopened, by ticket."""
    rows = session.execute(
        select(TicketEvent.ticket_id, TicketEvent.created_at).where(
            TicketEvent.ticket_id.in_(tickets),
            TicketEvent.created_at > since,
            TicketEvent.kind == "reopened",
        )
    )
    return _by_ticket((row[0], row[1]) for row in rows)


def replies_sent(session: Session, tickets: Collection[str], since: datetime) -> Moments:
    """When replies to these tickets were sent, by ticket."""
    rows = session.execute(
        select(TicketMessage.ticket_id, TicketMessage.sent_at).where(
            TicketMessage.ticket_id.in_(tickets),
            TicketMessage.sent_at > since,
            TicketMessage.direction == Direction.OUT,
            TicketMessage.delivery_state == DeliveryState.SENT,
        )
    )
    return _by_ticket((row[0], row[1]) for row in rows)


def ratings(
    session: Session, tickets: Collection[str], since: datetime
) -> Mapping[str, Sequence[tuple[datetime, Score]]]:
    """What customers answered to surveys about these tickets, by ticket, oldest first."""
    rows = session.execute(
        select(CsatRating.ticket_id, CsatRating.rated_at, CsatRating.score)
        .where(CsatRating.ticket_id.in_(tickets), CsatRating.rated_at > since)
        .order_by(CsatRating.rated_at)
    )
    found: dict[str, list[tuple[datetime, Score]]] = defaultdict(list)
    for ticket_id, rated_at, score in rows:
        if rated_at is not None and score is not None:
            found[ticket_id].append((rated_at, score))
    return found


def refunded(session: Session, tickets: Collection[str]) -> Mapping[str, Decimal]:
    """What was paid back of the order each of these tickets is about; no entry without one."""
    rows = session.execute(
        select(Ticket.id, Order.refunded)
        .join(Order, Order.shopify_id == Ticket.shopify_order_id)
        .where(Ticket.id.in_(tickets))
    )
    return {row[0]: row[1] or Decimal(0) for row in rows}


def _by_ticket(rows: Iterable[tuple[str, datetime]]) -> Moments:
    found: dict[str, list[datetime]] = defaultdict(list)
    for ticket_id, moment in rows:
        found[ticket_id].append(moment)
    return found
