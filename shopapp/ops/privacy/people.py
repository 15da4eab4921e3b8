"""Who a request is about: a customer found by address or Shopify id, and what is theirs."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import cast, func, or_, select

from shopapp.catalog.models import Customer, Order
from shopapp.columns import CleanText
from shopapp.db import Session
from shopapp.inbox.models import Ticket, TicketMessage
from shopapp.mail.models import OutboundMail
from shopapp.tenancy import store_of

_SHORTEST_PHONE = 7


@dataclass(frozen=True, slots=True)
class Person:
    """One customer of a store: what they are known by, and the ids of what is theirs."""

    store_id: str
    emails: Sequence[str]
    shopify_ids: Sequence[str]
    phones: Sequence[str]
    names: Sequence[str]
    customers: Sequence[str]
    orders: Sequence[str]
    shopify_orders: Sequence[str]
    tickets: Sequence[str]
    messages: Sequence[str]
    raw_mails: Sequence[str]
    letters: Sequence[str]

    @property
    def hashes(self) -> list[str]:
        """What recognises the person again without naming them."""
        known = [*map(_email, self.emails), *map(_shopify, self.shopify_ids)]
        return sorted(hashed(self.store_id, each) for each in known)

    @property
    def everything(self) -> list[str]:
        """The ids of all that is theirs, as the audit log names its subjects."""
        own = (self.customers, self.orders, self.tickets, self.messages, self.raw_mails)
        return list(chain(*own, self.letters))


def find(session: Session, *, email: str = "", shopify_id: str = "") -> Person | None:
    """The person with this address or Shopify id in the store of `session`; None for a stranger."""
    emails = {email.strip().lower()} - {""}
    first = _customers(session, emails, {shopify_id.strip()} - {""})
    emails |= {each.email.lower() for each in first if each.email}
    customers = _customers(session, emails, {each.shopify_id for each in first if each.shopify_id})
    ids = [each.id for each in customers]
    orders = session.execute(
        _among(select(Order.id, Order.shopify_id), Order.customer_id, ids, Order.email, emails)
    ).all()
    tickets = session.scalars(
        _among(select(Ticket.id), Ticket.customer_id, ids, Ticket.customer_email, emails)
    ).all()
    messages = _messages(session, tickets, emails)
    if not (customers or orders or messages or tickets):
        return None
    return Person(
        store_of(session),
        emails=sorted(emails),
        shopify_ids=sorted(each.shopify_id for each in customers if each.shopify_id),
        phones=sorted({c.phone for c in customers if c.phone and len(c.phone) >= _SHORTEST_PHONE}),
        names=sorted({f"{c.first_name} {c.last_name}" for c in customers if _is_full(c)}),
        customers=ids,
        orders=[order.id for order in orders],
        shopify_orders=[order.shopify_id for order in orders],
        tickets=tickets,
        messages=[message.id for message in messages],
        raw_mails=[message.raw_mail_id for message in messages if message.raw_mail_id],
        letters=_letters(session, [message.id for message in messages], emails),
    )


def named(session: Session, customer: str) -> Person | None:
    """The person called by an address, or else by a Shopify id."""
    is_address = "@" in customer
    return find(session, **{"email" if is_address else "shopify_id": customer})


def by_hashes(session: Session, hashes: Collection[str]) -> list[Person]:
    """The people of the store whom these hashes recognise, as after a restore."""
    store_id, found = store_of(session), []
    addresses = chain.from_iterable(
        session.scalars(select(func.lower(column)).where(column.is_not(None)).distinct())
        for column in (
            Customer.email,
            Order.email,
            Ticket.customer_email,
            TicketMessage.author_email,
        )
    )
    for email in sorted(set(addresses)):
        if hashed(store_id, _email(email)) in hashes:
            found.append(find(session, email=email))
    numbers = session.scalars(select(Customer.shopify_id).where(Customer.shopify_id.is_not(None)))
    for number in numbers.all():
        if hashed(store_id, _shopify(number or "")) in hashes:
            found.append(find(session, shopify_id=number or ""))
    return [each for each in found if each is not None]


def hashed(store_id: str, identifier: str) -> str:
    """SHA-256 in hex, of one store, so that two stores' proofs cannot be matched."""
    return hashlib.sha256(f"{store_id}\n{identifier}".encode()).hexdigest()


def _email(address: str) -> str:
    return f"email {address}"


def _shopify(number: str) -> str:
    return f"shopify {number}"


def _is_full(customer: Customer) -> bool:
    return bool(customer.first_name.strip() and customer.last_name.strip())


def _customers(
    session: Session, emails: Collection[str], shopify_ids: Collection[str]
) -> Sequence[Customer]:
    either = or_(func.lower(Customer.email).in_(emails), Customer.shopify_id.in_(shopify_ids))
    return session.scalars(select(Customer).where(either).order_by(Customer.id)).all()


def _among(query: Any, key: Any, ids: Sequence[str], address: Any, emails: Collection[str]) -> Any:
    return query.where(or_(key.in_(ids), func.lower(address).in_(emails)))


def _messages(session: Session, tickets: Sequence[str], emails: Collection[str]) -> Sequence[Any]:
    """All of their tickets, and what they wrote elsewhere."""
    query = select(TicketMessage.id, TicketMessage.raw_mail_id)
    query = query.where(
        or_(
            TicketMessage.ticket_id.in_(tickets),
            func.lower(TicketMessage.author_email).in_(emails),
        )
    )
    return session.execute(query.order_by(TicketMessage.id)).all()


def _letters(session: Session, messages: Sequence[str], emails: Collection[str]) -> Sequence[str]:
    recipients = func.lower(cast(OutboundMail.recipients, CleanText))
    named = [recipients.contains(f'"{email}"', autoescape=True) for email in emails]
    either = or_(OutboundMail.ticket_message_id.in_(messages), *named)
    return session.scalars(select(OutboundMail.id).where(either).order_by(OutboundMail.id)).all()
