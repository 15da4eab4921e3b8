"""Working a ticket: assign, close, reopen, note."""

from __future__ import annotations

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.inbox.actions import mentioning
from shopapp.inbox.actions.timeline import note_event
from shopapp.inbox.models import (
    AuthorType,
    DeliveryState,
    Direction,
    Ticket,
    TicketMessage,
    TicketStatus,
)
from shopapp.refusals import Invalid


def assign(session: Session, ticket: Ticket, *, to: User | None, by: User) -> Ticket:
    """Give the ticket to `to` (a member of the store; None: to nobody)."""
    before, after = ticket.assignee_id, to.id if to else None
    if before == after:
        return ticket
    ticket.assignee_id = after
    ticket.assignee = to
    note_event(session, ticket, "assigned", by=by, to=(to.name or to.email) if to else None)
    record(
        session,
        "ticket.assigned",
        ticket,
        by=by,
        before={"assignee_id": before},
        after={"assignee_id": after},
    )
    return ticket


def close(session: Session, ticket: Ticket, *, by: User) -> Ticket:
    """Nothing more to do; a customer who writes again opens it again."""
    return _move(session, ticket, TicketStatus.CLOSED, "closed", by)


def reopen(session: Session, ticket: Ticket, *, by: User) -> Ticket:
    """Back to the open tickets."""
    return _move(session, ticket, TicketStatus.OPEN, "reopened", by)


def add_note(session: Session, ticket: Ticket, *, body: str, by: User) -> TicketMessage:
    """A note only the team sees; raises Invalid for an empty one."""
    text = body.strip()
    if not text:
        message = "Write something before you add the note."
        raise Invalid(message, "body")
    note = TicketMessage(
        ticket_id=ticket.id,
        author_type=AuthorType.STAFF,
        author_id=by.id,
        author_name=by.name or by.email,
        author_email=by.email,
        direction=Direction.OUT,
        kind="note",
        body_text=text,
        visible_text=text,
        is_internal_note=True,
        delivery_state=DeliveryState.NOTE,
        sent_at=clock.now(),
    )
    session.add(note)
    session.flush()
    record(session, "ticket.noted", ticket, by=by)
    mentioning.mention(session, note, by=by)
    return note


def _move(session: Session, ticket: Ticket, status: TicketStatus, verb: str, by: User) -> Ticket:
    before = ticket.status
    if before is status:
        return ticket
    ticket.status = status
    ticket.closed_at = clock.now() if status is TicketStatus.CLOSED else None
    note_event(session, ticket, verb, by=by)
    record(
        session,
        f"ticket.{verb}",
        ticket,
        by=by,
        before={"status": before.value},
        after={"status": status.value},
    )
    return ticket
