"""Linking a ticket: to the order it is about, and to the customer who wrote it."""

from __future__ import annotations

from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.catalog.models import Customer, Order
from shopapp.db import Session
from shopapp.inbox.actions.timeline import note_event
from shopapp.inbox.models import Ticket
from shopapp.inbox.queries import customers
from shopapp.refusals import Invalid


def link_order(session: Session, ticket: Ticket, *, name: str, by: User) -> Order:
    """The ticket is about the order called `name`; raises Invalid when there is none.

    It may be somebody else's: a person says so, and drafts still keep its facts from strangers.
    """
    order = customers.order_named(session, name)
    if order is None:
        message = f"There is no order {name.strip()[:40] or 'without a name'}. Check its number."
        raise Invalid(message, "order")
    _point(session, ticket, order.shopify_id, by)
    note_event(session, ticket, "order linked", by=by, order=order.name)
    return order


def unlink_order(session: Session, ticket: Ticket, *, by: User) -> None:
    """The ticket is about no order."""
    _point(session, ticket, None, by)
    note_event(session, ticket, "order unlinked", by=by)


def choose_customer(session: Session, ticket: Ticket, customer: Customer, *, by: User) -> None:
    """Of several customers with this address, this one wrote; raises Invalid for another's."""
    if customer.email != ticket.customer_email:
        message = "This customer has another address than the ticket."
        raise Invalid(message)
    before, ticket.customer_id = ticket.customer_id, customer.id
    ticket.customer = customer
    record(
        session,
        "ticket.customer_chosen",
        ticket,
        by=by,
        before={"customer_id": before},
        after={"customer_id": customer.id},
    )


def _point(session: Session, ticket: Ticket, shopify_id: str | None, by: User) -> None:
    before, ticket.shopify_order_id = ticket.shopify_order_id, shopify_id
    record(
        session,
        "ticket.order_linked",
        ticket,
        by=by,
        before={"order": before},
        after={"order": shopify_id},
    )
