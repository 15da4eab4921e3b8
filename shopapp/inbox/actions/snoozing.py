"""Snoozing: a ticket leaves the desk until a time, an answer, a delivery or a restock."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.catalog.models import Order, Variant
from shopapp.db import Session
from shopapp.inbox.actions import waiting
from shopapp.inbox.actions.timeline import note_change
from shopapp.inbox.models import Awaits, Ticket, TicketSnooze, TicketStatus
from shopapp.refusals import Invalid

FURTHEST = timedelta(days=366)


def snooze(
    session: Session,
    ticket: Ticket,
    *,
    until: datetime | None = None,
    awaits: Awaits = Awaits.TIME,
    order: Order | None = None,
    variant: Variant | None = None,
    by: User | None,
    why: str = "",
) -> Ticket:
    """Put the ticket aside until `until` or what it `awaits`; the customer always brings it back.

    Snoozing again replaces what it waited for. Raises Invalid.
    """
    _check(until, awaits, order, variant)
    forget(session, ticket)
    row = TicketSnooze(ticket_id=ticket.id, awaits=awaits, until=until)
    row.order_id = order.id if order else None
    row.variant_id = variant.id if variant else None
    session.add(row)
    was, ticket.status = ticket.status.value, TicketStatus.SNOOZED
    ticket.snoozed_until, ticket.closed_at = until, None
    waiting.retime(session, ticket)
    detail = {"awaits": _AWAITED[awaits], "until": until.isoformat() if until else None}
    before, after = {"status": was}, {"status": "snoozed", **detail}
    note_change(session, ticket, "snoozed", by=by, why=why, before=before, after=after, **detail)
    return ticket


def unsnooze(session: Session, ticket: Ticket, *, by: User | None, why: str = "") -> Ticket:
    """Back on the desk, whatever it waited for; `why` is said in the timeline."""
    if ticket.status is not TicketStatus.SNOOZED:
        return ticket
    forget(session, ticket)
    ticket.status = TicketStatus.OPEN
    waiting.retime(session, ticket)
    was, now = {"status": "snoozed"}, {"status": "open"}
    note_change(session, ticket, "woken", by=by, why=why, before=was, after=now)
    return ticket


def forget(session: Session, ticket: Ticket) -> None:
    """What the ticket waited for is of no interest any more."""
    if ticket.status is TicketStatus.SNOOZED:
        clear(session, ticket)


def clear(session: Session, ticket: Ticket) -> None:
    """Take away what the ticket waits for, whatever its status."""
    session.execute(
        delete(TicketSnooze)
        .where(TicketSnooze.ticket_id == ticket.id)
        .execution_options(synchronize_session=False)
    )
    ticket.snoozed_until = None


def snooze_of(session: Session, ticket: Ticket) -> TicketSnooze | None:
    """What a snoozed ticket waits for."""
    return session.scalar(select(TicketSnooze).where(TicketSnooze.ticket_id == ticket.id))


_AWAITED: dict[Awaits, str | None] = {
    Awaits.TIME: None,
    Awaits.REPLY: "the customer replies",
    Awaits.DELIVERY: "the parcel is delivered",
    Awaits.RESTOCK: "it is in stock again",
}


def _check(
    until: datetime | None, awaits: Awaits, order: Order | None, variant: Variant | None
) -> None:
    now = clock.now()
    message = ""
    if awaits is Awaits.TIME and until is None:
        message = "Choose until when."
    elif until is not None and until <= now:
        message = "Choose a moment that is still to come."
    elif until is not None and until - now > FURTHEST:
        message = "A ticket sleeps for a year at most."
    elif awaits is Awaits.DELIVERY and order is None:
        message = "This ticket has no order whose delivery it could wait for."
    elif awaits is Awaits.RESTOCK and variant is None:
        message = "Choose what has to be in stock again."
    if message:
        raise Invalid(message, "until")
