"""Where a new message may belong: aliases, participants and recent tickets of a sender."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import chain

from sqlalchemy import func, or_, select

from shopapp.catalog.models import Customer, Order
from shopapp.db import Session
from shopapp.inbox.models import MessageAlias, Ticket, TicketMessage, TicketStatus
from shopapp.inbox.queries.families import families, roots
from shopapp.inbox.thread_models import TicketParticipant
from shopapp.mail.models import Mailbox, RawMail


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
    """The same mapping with merged tickets followed to the end and unknown ones left out."""
    ends = roots(session, set(found.values())) if found else {}
    return {each: ends[ticket] for each, ticket in found.items() if ticket in ends}


def participants(session: Session, ticket_ids: Sequence[str]) -> dict[str, set[str]]:
    """For each ticket and what was merged into it: every address that wrote, was written to, or
    was added by a person, lower case."""
    people: dict[str, set[str]] = {ticket_id: set() for ticket_id in ticket_ids}
    if not ticket_ids:
        return people
    whole = families(ticket_ids)
    wrote = TicketMessage
    for root, author, *lists in session.execute(
        select(whole.c.root, wrote.author_email, wrote.recipients, wrote.cc, wrote.bcc).join_from(
            whole, wrote, wrote.ticket_id == whole.c.id
        )
    ):
        people[root].update(each.lower() for each in (author, *chain(*lists)) if each)
    asked = select(whole.c.root, Ticket.customer_email).join(Ticket, Ticket.id == whole.c.id)
    added = select(whole.c.root, TicketParticipant.address).join(
        TicketParticipant, TicketParticipant.ticket_id == whole.c.id
    )
    for root, address in (*session.execute(asked), *session.execute(added)):
        people[root].add(address)
    return people


def recent_of_sender(
    session: Session, email: str, since: datetime, mailbox_id: str
) -> Sequence[Ticket]:
    """A sender's tickets of a mailbox, not closed and with mail since a moment, newest first."""
    return session.scalars(
        select(Ticket)
        .where(
            Ticket.customer_email == email,
            Ticket.mailbox_id == mailbox_id,
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


def own_addresses(session: Session) -> frozenset[str]:
    """The addresses of the store's mailboxes, lower case."""
    return frozenset(each.lower() for each in session.scalars(select(Mailbox.address)))


def twins(session: Session, message_id: str, mailbox: Mailbox) -> Sequence[TicketMessage]:
    """Messages under this Message-ID that did not come through `mailbox`: ours, or another's."""
    return session.scalars(
        select(TicketMessage)
        .outerjoin(RawMail, RawMail.id == TicketMessage.raw_mail_id)
        .where(
            TicketMessage.message_id == message_id,
            or_(RawMail.id.is_(None), RawMail.mailbox_id != mailbox.id),
        )
        .order_by(TicketMessage.id)
    ).all()


def message_by_id(session: Session, message_id: str) -> TicketMessage | None:
    """The message we sent under this Message-ID."""
    return session.scalar(
        select(TicketMessage).where(TicketMessage.message_id == message_id).limit(1)
    )
