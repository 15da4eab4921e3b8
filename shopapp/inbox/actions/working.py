"""Working a ticket: assign, close, resolve, reopen."""

from __future__ import annotations

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.inbox.actions import snoozing, waiting
from shopapp.inbox.actions.timeline import note_change
from shopapp.inbox.models import (
    Ticket,
    TicketStatus,
)


def assign(
    session: Session, ticket: Ticket, *, to: User | None, by: User | None, why: str = ""
) -> Ticket:
    """Give the ticket to `to` (a member of the store; None: to nobody).

    `by` None is shopapp itself, which then says `why`.
    """
    before, after = ticket.assignee_id, to.id if to else None
    if before == after:
        return ticket
    ticket.assignee_id = after
    ticket.assignee = to
    name = (to.name or to.email) if to else None
    was, now = {"assignee_id": before}, {"assignee_id": after}
    note_change(session, ticket, "assigned", by=by, why=why, before=was, after=now, to=name)
    return ticket


def close(session: Session, ticket: Ticket, *, by: User | None, why: str = "") -> Ticket:
    """Nothing more to do; a customer who writes again opens it again."""
    return _finish(session, ticket, TicketStatus.CLOSED, by=by, why=why)


def resolve(session: Session, ticket: Ticket, *, by: User | None, why: str = "") -> Ticket:
    """Solved as far as we know; a customer who writes again opens it again."""
    return _finish(session, ticket, TicketStatus.RESOLVED, by=by, why=why)


def reopen(session: Session, ticket: Ticket, *, by: User | None, why: str = "") -> Ticket:
    """Back to the open tickets; who was never answered waits again."""
    if _move(session, ticket, TicketStatus.OPEN, by=by, why=why):
        waiting.refresh(session, ticket)
    return ticket


def _finish(
    session: Session, ticket: Ticket, status: TicketStatus, *, by: User | None, why: str
) -> Ticket:
    if _move(session, ticket, status, by=by, why=why):
        waiting.stop(session, ticket)
    return ticket


def _move(
    session: Session, ticket: Ticket, status: TicketStatus, *, by: User | None, why: str
) -> bool:
    """False when it stands there already."""
    before = ticket.status
    if before is status:
        return False
    snoozing.forget(session, ticket)
    ticket.status = status
    ticket.closed_at = clock.now() if status in waiting.DONE else None
    was, now = {"status": before.value}, {"status": status.value}
    verb = "reopened" if status is TicketStatus.OPEN else status.value
    note_change(session, ticket, verb, by=by, why=why, before=was, after=now)
    return True
