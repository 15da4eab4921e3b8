"""The customer beside a ticket: who it may be, their orders, and orders found by name."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload, selectinload

from shopapp.catalog.models import Customer, Order
from shopapp.db import Session
from shopapp.inbox.models import Ticket

MOST = 5


def matching(session: Session, ticket: Ticket) -> Sequence[Customer]:
    """The customers with the ticket's address, and the one a person chose, who comes first."""
    wanted: list[ColumnElement[bool]] = []
    if ticket.customer_email:
        wanted.append(Customer.email == ticket.customer_email)
    if ticket.customer_id:
        wanted.append(Customer.id == ticket.customer_id)
    if not wanted:
        return []
    return session.scalars(
        select(Customer)
        .where(or_(*wanted))
        .order_by(
            (Customer.id == (ticket.customer_id or "")).desc(),
            Customer.order_count.desc(),
            Customer.id,
        )
        .limit(MOST)
    ).all()


def orders(session: Session, ticket: Ticket) -> Sequence[Order]:
    """The newest orders of the ticket's address, the linked one first whosever it is."""
    linked = ticket.shopify_order_id or ""
    wanted = [Order.shopify_id == linked] if linked else []
    wanted += [Order.email == ticket.customer_email] if ticket.customer_email else []
    if not wanted:
        return []
    found = session.scalars(
        select(Order)
        .options(joinedload(Order.lines), selectinload(Order.fulfillments))
        .where(or_(*wanted))
        .order_by((Order.shopify_id == linked).desc(), Order.placed_at.desc(), Order.id.desc())
        .limit(MOST)
    )
    return found.unique().all()


def order_named(session: Session, name: str) -> Order | None:
    """The order called `name`, with or without its '#'; the newest of several."""
    words = name.strip().lstrip("#")
    if not words:
        return None
    return session.scalar(
        select(Order)
        .where(Order.name.in_((words, f"#{words}", name.strip())))
        .order_by(Order.placed_at.desc())
        .limit(1)
    )


def customer(session: Session, customer_id: str) -> Customer | None:
    """One customer."""
    return session.scalar(select(Customer).where(Customer.id == customer_id))
