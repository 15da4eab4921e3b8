"""Where a new message may belong: aliases, participants and recent tickets of a sender."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import chain

from sqlalchemy import func, select

from shopapp.catalog.models import Customer, Order
from shopapp.db import Session
from shopapp.inbox.models import (
    MessageAlias,
    Ticket,
    TicketMessage,
    TicketParticipant,
    TicketStatus,
)
from shopapp.inbox.queries.families import families
from shopapp.mail.models import RawMail
from shopapp.tenancy import store_of

_FEW = 20
_AT_ONCE = 5_000  # values in one statement


def tickets_by_alias(session: Session, message_ids: Collection[str]) -> dict[str, list[str]]:
    """For each message id seen before: the tickets it belongs to, oldest first."""
    found: dict[str, list[str]] = {}
    wanted = list(message_ids)
    for start in range(0, len(wanted), _AT_ONCE):
        rows = session.execute(
            select(MessageAlias.message_id, MessageAlias.ticket_id)
            .where(MessageAlias.message_id.in_(wanted[start : start + _AT_ONCE]))
            .order_by(MessageAlias.id)
        )
        for message_id, ticket_id in rows:
            found.setdefault(message_id, []).append(ticket_id)
    return found


def tickets(session: Session, ticket_ids: Collection[str]) -> dict[str, Ticket]:
    """These tickets by id."""
    if not ticket_ids:
        return {}
    rows = session.scalars(select(Ticket).where(Ticket.id.in_(ticket_ids)))
    return {row.id: row for row in rows}


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


def recent_of_senders(
    session: Session, emails: Collection[str], since: datetime
) -> Sequence[Ticket]:
    """Each sender's tickets with mail since a moment: of a mailbox the newest _FEW not closed."""
    if not emails:
        return ()
    newest = Ticket.last_message_at.desc()
    place = func.row_number().over(
        partition_by=(Ticket.customer_email, Ticket.mailbox_id), order_by=newest
    )
    ranked = (
        select(Ticket.id, place.label("place"))
        .where(
            Ticket.store_id == store_of(session),
            Ticket.customer_email.in_(emails),
            Ticket.merged_into_id.is_(None),
            Ticket.last_message_at >= since,
            Ticket.status.not_in((TicketStatus.CLOSED, TicketStatus.SPAM, TicketStatus.ARCHIVED)),
        )
        .subquery()
    )
    near = select(ranked.c.id).where(ranked.c.place <= _FEW)
    return session.scalars(select(Ticket).where(Ticket.id.in_(near))).all()


def customers_by_email(session: Session, emails: Collection[str]) -> dict[str, str]:
    """The id of the customer with each address (lower case); of several the oldest."""
    if not emails:
        return {}
    rows = session.execute(
        select(Customer.email, func.min(Customer.id))
        .where(Customer.email.in_(emails))
        .group_by(Customer.email)
    )
    return {email: customer_id for email, customer_id in rows if email}


class Orders:
    """The orders that mails of some senders may be about, each sender's newest first."""

    def __init__(self) -> None:
        self._of: dict[str, list[tuple[str, str]]] = {}

    def add(self, email: str, name: str, shopify_id: str) -> None:
        self._of.setdefault(email, []).append((name, shopify_id))

    def meant(self, email: str, names: Collection[str]) -> str | None:
        """The id in Shopify of one it names that is the sender's, else of the sender's newest."""
        own = self._of.get(email, [])
        named = (shopify_id for name, shopify_id in own if name in names)
        return next(named, own[0][1] if own else None)


def orders_meant(session: Session, emails: Collection[str], names: Collection[str]) -> Orders:
    """Of each sender the newest order, and those with one of these names."""
    found = Orders()
    if not emails:
        return found
    email = func.lower(Order.email)
    newest = (Order.placed_at.desc(), Order.id.desc())
    place = func.row_number().over(partition_by=email, order_by=newest).label("place")
    own = (
        select(email.label("email"), Order.name, Order.shopify_id, place)
        .where(Order.store_id == store_of(session), email.in_(emails))
        .subquery()
    )
    rows = select(own).where((own.c.place == 1) | own.c.name.in_(names)).order_by(own.c.place)
    for row in session.execute(rows):
        found.add(row.email, row.name, row.shopify_id)
    return found


def under_ids(
    session: Session, message_ids: Collection[str]
) -> Sequence[tuple[TicketMessage, str | None]]:
    """The messages under these Message-IDs, with the mailbox each came through, oldest first."""
    if not message_ids:
        return ()
    rows = session.execute(
        select(TicketMessage, RawMail.mailbox_id)
        .outerjoin(RawMail, RawMail.id == TicketMessage.raw_mail_id)
        .where(TicketMessage.message_id.in_(message_ids))
        .order_by(TicketMessage.id)
    )
    return [(row, mailbox_id) for row, mailbox_id in rows]


def message_by_id(session: Session, message_id: str) -> TicketMessage | None:
    """The message we sent under this Message-ID."""
    return session.scalar(
        select(TicketMessage).where(TicketMessage.message_id == message_id).limit(1)
    )
