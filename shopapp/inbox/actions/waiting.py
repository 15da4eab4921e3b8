"""Who waits since when, and the clocks of the service levels."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from shopapp import clock
from shopapp.db import Session
from shopapp.inbox import promises
from shopapp.inbox.models import (
    AuthorType,
    DeliveryState,
    Direction,
    ServiceOutcome,
    Target,
    Ticket,
    TicketMessage,
    TicketStatus,
)
from shopapp.inbox.promises import Clocks
from shopapp.inbox.queries import desk

DONE = (
    TicketStatus.RESOLVED,
    TicketStatus.CLOSED,
    TicketStatus.SPAM,
    TicketStatus.ARCHIVED,
)
_REACHED = (DeliveryState.RECEIVED, DeliveryState.SENT, DeliveryState.UNKNOWN)
_DUE = ("first_response_due_at", "next_response_due_at", "resolution_due_at")
_KEPT = ("response_from", "resolution_from", "paused_at")


def customer_wrote(session: Session, ticket: Ticket, at: datetime) -> None:
    """A customer's message of the moment `at`: they wait, unless we replied after it."""
    is_answered = ticket.last_replied_at is not None and at <= ticket.last_replied_at
    if not is_answered and (ticket.waiting_since is None or at < ticket.waiting_since):
        ticket.waiting_since = ticket.response_from = at
    ticket.resolution_from = ticket.resolution_from or at
    retime(session, ticket)


def we_replied(
    session: Session, ticket: Ticket, at: datetime, *, unanswered: datetime | None = None
) -> None:
    """Our reply of the moment `at` ends the wait; what came in after it begins the next one."""
    if ticket.waiting_since is not None and at >= ticket.waiting_since:
        target = Target.NEXT if ticket.last_replied_at else Target.FIRST
        due = ticket.next_response_due_at or ticket.first_response_due_at
        _meet(session, ticket, target, since=ticket.waiting_since, due=due, at=at)
        ticket.waiting_since = ticket.response_from = unanswered
    ticket.last_replied_at = max(filter(None, (ticket.last_replied_at, at)))
    retime(session, ticket)


def refresh(session: Session, ticket: Ticket) -> None:
    """Work it out from the messages: after a merge, a split, a bounce, or when a ticket reopens."""
    session.flush()
    ticket.last_replied_at = session.scalar(
        select(func.max(TicketMessage.sent_at)).where(
            TicketMessage.ticket_id == ticket.id,
            TicketMessage.direction == Direction.OUT,
            TicketMessage.is_internal_note.is_(False),
            TicketMessage.delivery_state.in_(_REACHED),
        )
    )
    asked = select(func.min(TicketMessage.sent_at)).where(
        TicketMessage.ticket_id == ticket.id,
        TicketMessage.author_type == AuthorType.CUSTOMER,
        TicketMessage.delivery_state == DeliveryState.RECEIVED,
    )
    if ticket.last_replied_at is not None:
        asked = asked.where(TicketMessage.sent_at > ticket.last_replied_at)
    since = session.scalar(asked)
    if since != ticket.waiting_since:
        ticket.waiting_since = ticket.response_from = since
    retime(session, ticket)


def stop(session: Session, ticket: Ticket) -> None:
    """Nobody waits any more: the ticket is done, or was no customer's."""
    if ticket.status in (TicketStatus.CLOSED, TicketStatus.RESOLVED):
        begun, due, now = ticket.created_at, ticket.resolution_due_at, clock.now()
        _meet(session, ticket, Target.RESOLUTION, since=begun, due=due, at=now)
    ticket.waiting_since = ticket.response_from = None
    retime(session, ticket)


def retime(session: Session, ticket: Ticket) -> None:
    """Stop or start the ticket's clocks and write down what is due; idempotent."""
    clocks = promises.keep(
        Clocks(
            ticket.waiting_since,
            ticket.response_from,
            ticket.resolution_from,
            ticket.paused_at,
        ),
        desk.levels(session),
        priority=(ticket.priority or "normal"),
        is_running=ticket.status in (None, TicketStatus.OPEN),
        is_done=ticket.status in DONE,
        is_answered=ticket.last_replied_at is not None,
        now=clock.now(),
    )
    for name in (*_KEPT, *_DUE):
        if getattr(ticket, name) != getattr(clocks, name):
            setattr(ticket, name, getattr(clocks, name))


def _meet(
    session: Session,
    ticket: Ticket,
    target: Target,
    *,
    since: datetime,
    due: datetime | None,
    at: datetime,
) -> None:
    """Write down that a promise was kept, or at last kept too late."""
    if due is None:
        return
    outcome = outcome_of(session, ticket, target, since)
    if outcome is None:
        outcome = ServiceOutcome(ticket_id=ticket.id, target=target, since=since, due_at=due)
        session.add(outcome)
    outcome.met_at = at


def outcome_of(
    session: Session, ticket: Ticket, target: Target, since: datetime
) -> ServiceOutcome | None:
    """What is known of the promise made at `since`."""
    return session.scalar(
        select(ServiceOutcome).where(
            ServiceOutcome.ticket_id == ticket.id,
            ServiceOutcome.target == target,
            ServiceOutcome.since == since,
        )
    )
