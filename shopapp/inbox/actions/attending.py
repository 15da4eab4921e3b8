"""Being at a ticket: noted at most every ten seconds, forgotten after half a minute."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.exc import IntegrityError

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.inbox.models import Ticket, TicketPresence
from shopapp.inbox.queries import presence

EVERY = timedelta(seconds=10)


def attend(session: Session, ticket: Ticket, *, by: User, replying: bool = False) -> bool:
    """Note that `by` looks at the ticket, or writes in it; whether that had to be written."""
    now = clock.now()
    row = presence.own(session, ticket.id, by.id)
    if row is None:
        row = TicketPresence(ticket_id=ticket.id, user_id=by.id, seen_at=now)
        row.replying_at = now if replying else None
        return _arrive(session, row)
    last = row.replying_at if replying else row.seen_at
    if last is not None and now - last < EVERY:
        return False
    row.seen_at = now
    row.replying_at = now if replying else row.replying_at
    session.flush()
    return True


def _arrive(session: Session, row: TicketPresence) -> bool:
    """Two pages of one person may arrive at once: one row is enough."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True
