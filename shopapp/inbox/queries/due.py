"""What the clock has to look at: snoozes that end, promises that are broken, and the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from shopapp.catalog.models import Fulfillment, InventoryLevel
from shopapp.db import Session
from shopapp.inbox.models import Awaits, ServiceOutcome, Target, Ticket, TicketSnooze, TicketStatus

NOTED = timedelta(days=7)
"""Promises broken longer ago are no news: mail that was imported is not called late."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Of `total` promises of a kind, how many were kept."""

    target: Target
    total: int
    kept: int

    @property
    def percent(self) -> int | None:
        """In whole percent; None of nothing."""
        return round(100 * self.kept / self.total) if self.total else None


def ended_snoozes(session: Session, now: datetime, limit: int = 200) -> Sequence[tuple[str, str]]:
    """Ids of snoozed tickets whose wait is over, each with the reason."""
    delivered = (
        select(Fulfillment.id)
        .where(Fulfillment.order_id == TicketSnooze.order_id, Fulfillment.delivered_at.is_not(None))
        .exists()
    )
    stocked = (
        select(func.sum(InventoryLevel.available))
        .where(InventoryLevel.variant_id == TicketSnooze.variant_id)
        .scalar_subquery()
    )
    reason = case(
        (and_(TicketSnooze.awaits == Awaits.DELIVERY, delivered), "delivered"),
        (and_(TicketSnooze.awaits == Awaits.RESTOCK, stocked > 0), "restocked"),
        (TicketSnooze.until <= now, "the time is up"),
    )
    rows = session.execute(
        select(TicketSnooze.ticket_id, reason)
        .where(reason.is_not(None))
        .order_by(TicketSnooze.until, TicketSnooze.id)
        .limit(limit)
    )
    return [(ticket_id, str(why)) for ticket_id, why in rows]


def broken_promises(
    session: Session, now: datetime, limit: int = 200
) -> Sequence[tuple[Ticket, Target, datetime, datetime]]:
    """Open tickets with a promise just broken and not noted: target, start of the wait, due."""
    found: list[tuple[Ticket, Target, datetime, datetime]] = []
    for target, due, since in (
        (Target.FIRST, Ticket.first_response_due_at, Ticket.waiting_since),
        (Target.NEXT, Ticket.next_response_due_at, Ticket.waiting_since),
        (Target.RESOLUTION, Ticket.resolution_due_at, Ticket.created_at),
    ):
        rows = session.execute(
            select(Ticket, due, since)
            .where(
                Ticket.status == TicketStatus.OPEN,
                Ticket.merged_into_id.is_(None),
                since.is_not(None),
                due < now,
                due > now - NOTED,
                ~_is_noted(target, since),
            )
            .limit(limit)
        )
        found += [
            (ticket, target, since_at, due_at)
            for ticket, due_at, since_at in rows
            if since_at and due_at
        ]
    return found


def kept_since(session: Session, since: datetime) -> dict[Target, Kept]:
    """How many of the promises that fell due or were met since a moment were kept."""
    is_kept = and_(
        ServiceOutcome.met_at.is_not(None), ServiceOutcome.met_at <= ServiceOutcome.due_at
    )
    rows = session.execute(
        select(ServiceOutcome.target, func.count(), func.count(case((is_kept, 1))))
        .where(or_(ServiceOutcome.due_at >= since, ServiceOutcome.met_at >= since))
        .group_by(ServiceOutcome.target)
    )
    found = {target: Kept(target, total, kept) for target, total, kept in rows}
    return {target: found.get(target, Kept(target, 0, 0)) for target in Target}


def next_delivery(session: Session, order_id: str) -> datetime | None:
    """When the carrier means to deliver the last parcel of an order, as far as it says."""
    return session.scalar(
        select(func.max(Fulfillment.estimated_delivery)).where(Fulfillment.order_id == order_id)
    )


def unfinished(session: Session, after: str, limit: int) -> Sequence[Ticket]:
    """Tickets at work in the order of their ids, from the one called `after` on."""
    at_work = (TicketStatus.OPEN, TicketStatus.PENDING, TicketStatus.SNOOZED)
    return session.scalars(
        select(Ticket)
        .where(Ticket.status.in_(at_work), Ticket.id > after)
        .order_by(Ticket.id)
        .limit(limit)
    ).all()


def _is_noted(target: Target, since: Any) -> ColumnElement[bool]:
    noted = aliased(ServiceOutcome)
    return (
        select(noted.id)
        .where(noted.ticket_id == Ticket.id, noted.target == target, noted.since == since)
        .exists()
    )
