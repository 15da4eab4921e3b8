"""Disclosure: whether a text says what only an order's customer should read of it."""

from __future__ import annotations

from collections.abc import Iterator

from shopapp.drafts.grounding import OrderFacts
from shopapp.drafts.reading import notations
from shopapp.drafts.reading.facts import IDENTIFIERS, Fact, FactKind, facts


def discloses(text: str, order: OrderFacts) -> bool:
    """Whether `text` states a fact of `order`: its name, parcels, total, goods or a day of it."""
    known = {(family, value) for family, value in _told(order) if value}
    stated = ((fact.family, reading) for fact in facts(text) for reading in fact.readings)
    return any(pair in known for pair in stated)


def orders_named(text: str) -> set[str]:
    """The order names in a text as they are compared: no `#`, no blanks, capitals."""
    return {fact.value for fact in facts(text) if fact.kind is FactKind.ORDER}


def parcels_named(text: str) -> set[str]:
    """What may be parcel numbers in a text, compared likewise."""
    return {fact.value for fact in facts(text) if _may_be_parcel(fact)}


def _may_be_parcel(fact: Fact) -> bool:
    return fact.kind in IDENTIFIERS and fact.kind is not FactKind.ORDER


def _told(order: OrderFacts) -> Iterator[tuple[str, str]]:
    names = [order.name, *(line.sku for line in order.lines)]
    names += [parcel.tracking_number for parcel in order.fulfilments]
    yield from (("identifier", notations.identifier(name)) for name in names)
    yield from (("link", notations.link(parcel.tracking_url)) for parcel in order.fulfilments)
    for value in filter(None, (order.total, order.refunded)):
        yield "amount", notations.amount(value, order.currency)
    moments = [order.placed_at, order.cancelled_at]
    moments += [moment for p in order.fulfilments for moment in (p.shipped_at, p.delivered_at)]
    days = [moment.date() for moment in moments if moment]
    days += [parcel.estimated_delivery for parcel in order.fulfilments if parcel.estimated_delivery]
    for day in days:
        yield "date", day.isoformat()
        yield "date", day.strftime("--%m-%d")
