"""A line of the ticket's timeline, and one of the audit log beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shopapp.accounts.models import User
from shopapp.audit.actions import record
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


def note_change(
    session: Session,
    ticket: Ticket,
    kind: str,
    *,
    by: User | None,
    why: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    **detail: str | int | None,
) -> None:
    """Write a change into the ticket's timeline and into the audit log; `why` is for people."""
    note_event(session, ticket, kind, by=by, **detail, reason=why or None)
    record(session, f"ticket.{kind}", ticket, by=by, before=before, after=after)
