"""A note for the team, and who it names."""

from __future__ import annotations

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.inbox.actions import mentioning
from shopapp.inbox.models import AuthorType, DeliveryState, Direction, Ticket, TicketMessage
from shopapp.refusals import Invalid


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
