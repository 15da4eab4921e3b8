"""Where a new message may belong: aliases, participants and recent tickets of a sender."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from shopapp.catalog.models import Customer, Order
from shopapp.db import Session
from shopapp.inbox.models import MessageAlias, Ticket, TicketMessage, TicketStatus


def tickets_by_alias(session: Session, message_ids: Sequence[str]) -> dict[str, list[str]]:
    """For each message id seen before: the tickets it belongs to, oldest first."""
    found: dict[str, list[str]] = {}
    if not message_ids:
        return found
    rows = session.execute(
        select(MessageAlias.message_id, MessageAlias.ticket_id)
        .where(MessageAlias.message_id.in_(message_ids))
        .order_by(MessageAlias.id)
    )
    for message_id, ticket_id in rows:
        found.setdefault(message_id, []).append(ticket_id)
    return found


def after_merges(session: Session, found: dict[str, str]) -> dict[str, str]:
    """The same mapping with merged tickets followed and unknown ones left out."""
    if not found:
        return {}
    rows = session.execute(
        select(Ticket.id, Ticket.merged_into_id).where(Ticket.id.in_(set(found.values())))
    )
    now = {ticket_id: merged or ticket_id for ticket_id, merged in rows}
    return {each: now[ticket] for each, ticket in found.items() if ticket in now}


def participants(session: Session, ticket_ids: Sequence[str]) -> dict[str, set[str]]:
    """For each ticket: every address that wrote or was written to, lower case."""
    people: dict[str, set[str]] = {ticket_id: set() for ticket_id in ticket_ids}
    if not ticket_ids:
        return people
    rows = session.execute(
        select(
            TicketMessage.ticket_id,
            TicketMessage.author_email,
            TicketMessage.recipients,
            TicketMessage.cc,
            TicketMessage.bcc,
        ).where(TicketMessage.ticket_id.in_(ticket_ids))
    )
    for ticket_id, author, *copied in rows:
        everybody = (author, *(address for addresses in copied for address in addresses))
        people[ticket_id].update(address.lower() for address in everybody if address)
    for ticket_id, address in session.execute(
        select(Ticket.id, Ticket.customer_email).where(Ticket.id.in_(ticket_ids))
    ):
        people[ticket_id].add(address)
    return people


def recent_of_sender(session: Session, email: str, since: datetime) -> Sequence[Ticket]:
    """A sender's tickets that are not closed and had mail since a moment, newest first."""
    return session.scalars(
        select(Ticket)
        .where(
            Ticket.customer_email == email,
            Ticket.merged_into_id.is_(None),
            Ticket.last_message_at >= since,
            Ticket.status.not_in((TicketStatus.CLOSED, TicketStatus.SPAM, TicketStatus.ARCHIVED)),
        )
        .order_by(Ticket.last_message_at.desc())
        .limit(20)
    ).all()


def customer_by_email(session: Session, email: str) -> Customer | None:
    """The customer with this address (lower case)."""
    if not email:
        return None
    return session.scalar(
        select(Customer).where(Customer.email == email).order_by(Customer.id).limit(1)
    )


def order_meant(session: Session, email: str, names: Sequence[str]) -> Order | None:
    """The order a mail is about: one it names that is the sender's, else the sender's newest."""
    if not email:
        return None
    own = select(Order).where(func.lower(Order.email) == email)
    if names:
        named = session.scalar(own.where(Order.name.in_(names)).order_by(Order.placed_at.desc()))
        if named is not None:
            return named
    return session.scalar(own.order_by(Order.placed_at.desc(), Order.id.desc()).limit(1))


def message_by_id(session: Session, message_id: str) -> TicketMessage | None:
    """The message we sent under this Message-ID."""
    return session.scalar(
        select(TicketMessage).where(TicketMessage.message_id == message_id).limit(1)
    )
