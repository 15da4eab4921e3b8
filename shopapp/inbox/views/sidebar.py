"""The customer beside a ticket: orders, parcels, refunds, flags, past tickets, facts to insert."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date

from shopapp.catalog.models import Fulfillment, Order
from shopapp.flags.queries import marks
from shopapp.inbox.models import Ticket
from shopapp.inbox.queries import customers
from shopapp.inbox.queries import tickets as queries
from shopapp.money import Money
from shopapp.web.access import Scope

Fact = tuple[str, str]


def panel(here: Scope, row: Ticket) -> dict[str, Any]:
    """What the sidebar needs."""
    orders = customers.orders(here.session, row)
    people = customers.matching(here.session, row)
    chosen = next((one for one in people if one.id == row.customer_id), None)
    return {
        "ticket": row,
        "loading": False,
        "sidebar_url": "",
        "orders": orders,
        "customer": chosen or (people[0] if people else None),
        "customers": people,
        "insertable": {one.id: list(facts(one, here.store.timezone)) for one in orders},
        "flags": marks(here.session, orders),
        "past": queries.past_tickets(here.session, row),
        "refusal": "",
        "flagging": "",
        "typed": "",
        "order_refusal": "",
        "order_typed": "",
    }


def facts(order: Order, timezone: str) -> Iterator[Fact]:
    """What can be put into a reply about an order: (what it is, its text)."""
    yield "Order", order.name
    yield "Total", str(Money(order.total, order.currency))
    if order.refunded:
        yield "Refund", str(Money(order.refunded, order.currency))
    for parcel in order.fulfillments:
        yield from _of_parcel(parcel, timezone)


def _of_parcel(parcel: Fulfillment, timezone: str) -> Iterator[Fact]:
    if parcel.tracking_number:
        yield "Tracking", parcel.tracking_number
    if parcel.tracking_url:
        yield "Tracking link", parcel.tracking_url
    moments = (("Delivered", parcel.delivered_at), ("ETA", parcel.estimated_delivery))
    said = next(((word, at) for word, at in moments if at), None)
    if said:
        yield said[0], _day(said[1], timezone)


def _day(at: Any, timezone: str) -> str:
    return format_date(at.astimezone(ZoneInfo(timezone)).date(), "d MMMM y", locale="en")
