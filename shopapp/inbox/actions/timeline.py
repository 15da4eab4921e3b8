"""A line of the ticket's timeline."""

from __future__ import annotations

from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.inbox.models import Ticket, TicketEvent


def note_event(
    session: Session, ticket: Ticket, kind: str, *, by: User | None, **detail: str | int | None
) -> TicketEvent:
    """Write down that `by` (None: shopapp itself) did something with the ticket."""
    event = TicketEvent(
        ticket_id=ticket.id,
        kind=kind,
        actor_id=by.id if by else None,
        actor_name=(by.name or by.email) if by else "shopapp",
        detail=detail,
    )
    session.add(event)
    return event
