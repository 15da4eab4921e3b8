"""Tickets that may belong together: linked ones, likely twins, and those a person looks for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from rapidfuzz import fuzz
from sqlalchemy import or_, select

from shopapp.db import Session
from shopapp.inbox.models import DistinctTickets, Ticket, TicketMessage
from shopapp.inbox.models import TicketStatus as S
from shopapp.inbox.queries.tickets import matching
from shopapp.inbox.threading import normalise_subject

NEAR = timedelta(days=3)
ALIKE = 80
_LIVE = (S.OPEN, S.PENDING, S.SNOOZED, S.RESOLVED)


def linked(session: Session, ticket: Ticket) -> Sequence[Ticket]:
    """The tickets this one is linked with, either way, unless they are one by now."""
    return session.scalars(
        select(Ticket)
        .where(
            or_(Ticket.id == ticket.linked_ticket_id, Ticket.linked_ticket_id == ticket.id),
            Ticket.merged_into_id.is_(None),
        )
        .order_by(Ticket.number)
        .limit(10)
    ).all()


def likely(session: Session, ticket: Ticket) -> Sequence[Ticket]:
    """The customer's other open tickets that look like this one, and were not called different.

    Alike is a similar subject (rapidfuzz's token_sort_ratio of the bare subjects, 80 of 100), or
    mail within three days of each other.
    """
    if not ticket.customer_email or ticket.status not in _LIVE:
        return []
    denied = select(DistinctTickets.other_id).where(DistinctTickets.ticket_id == ticket.id)
    rows = session.scalars(
        select(Ticket)
        .where(
            Ticket.customer_email == ticket.customer_email,
            Ticket.id != ticket.id,
            Ticket.id.not_in(denied),
            Ticket.merged_into_id.is_(None),
            Ticket.status.in_(_LIVE),
        )
        .order_by(Ticket.last_message_at.desc())
        .limit(10)
    )
    return [each for each in rows if is_alike(ticket, each)][:3]


def is_alike(one: Ticket, other: Ticket) -> bool:
    """Whether two tickets of a customer look like one matter."""
    if abs(one.last_message_at - other.last_message_at) <= NEAR:
        return True
    subjects = normalise_subject(one.subject), normalise_subject(other.subject)
    return all(subjects) and fuzz.token_sort_ratio(*subjects) >= ALIKE


def found(session: Session, ticket: Ticket, words: str) -> Sequence[Ticket]:
    """Tickets by number, subject or customer, the same customer's first when nothing is asked."""
    own = Ticket.customer_email == ticket.customer_email
    return session.scalars(
        select(Ticket)
        .where(
            matching(session, words) if words.strip() else own,
            Ticket.id != ticket.id,
            Ticket.merged_into_id.is_(None),
            Ticket.status.in_(_LIVE),
        )
        .order_by(Ticket.last_message_at.desc(), Ticket.id.desc())
        .limit(8)
    ).all()


def message_in(session: Session, message_id: str) -> TicketMessage | None:
    """One message without its HTML."""
    return session.scalar(select(TicketMessage).where(TicketMessage.id == message_id))
