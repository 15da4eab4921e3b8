"""Handing tickets out: in turn, or to who has the fewest open ones."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from shopapp.accounts import queries as people
from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.inbox.actions import working
from shopapp.inbox.models import Ticket, TicketStatus
from shopapp.inbox.queries import desk
from shopapp.tenancy import store_of

OFF, IN_TURN, FEWEST = "off", "in_turn", "fewest"
MODES = {
    OFF: "Nobody; people take tickets themselves",
    IN_TURN: "In turn, one after the other",
    FEWEST: "Who has the fewest open tickets",
}


def hand_out(session: Session, ticket: Ticket) -> User | None:
    """Give a new ticket to somebody of the chosen who is there, and say why; None when it is off.

    In turn goes by the ticket's number, which the store's row gave out under a lock: two workers
    never give two tickets to the same turn.
    """
    kept = desk.settings(session).assignment
    mode = kept.get("mode", OFF)
    if mode == OFF or ticket.assignee_id is not None:
        return None
    present = _present(session, kept)
    if not present:
        return None
    if mode == FEWEST:
        person, why = _least_busy(session, present), "the fewest open tickets"
    else:
        person, why = present[ticket.number % len(present)], "in turn"
    working.assign(session, ticket, to=person, by=None, why=why)
    return person


def _present(session: Session, kept: dict[str, object]) -> list[User]:
    """The chosen who are members and not away, in an order that stays."""
    chosen, away = kept.get("people") or (), kept.get("away") or ()
    members = people.members(session, store_of(session))
    there = (each.user for each in members)
    found = [user for user in there if user.id in chosen and user.id not in away]  # type: ignore[operator]
    return sorted(found, key=lambda user: user.id)


def _least_busy(session: Session, present: Sequence[User]) -> User:
    rows = session.execute(
        select(Ticket.assignee_id, func.count())
        .where(
            Ticket.assignee_id.in_([user.id for user in present]),
            Ticket.status == TicketStatus.OPEN,
            Ticket.merged_into_id.is_(None),
        )
        .group_by(Ticket.assignee_id)
    )
    open_tickets = dict(rows.all())
    return min(present, key=lambda user: (open_tickets.get(user.id, 0), user.id))
