"""Variables of macros: `{{order.name}}` and its kin, filled from the packet and never invented."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from babel import localedata
from babel.dates import format_date

from shopapp import money
from shopapp.drafts.grounding import FulfilmentFacts, OrderFacts, OrderStatus, Packet


@dataclass(frozen=True, slots=True)
class Rendered:
    """A filled text; variables without a value stand in it as written and in `missing`."""

    text: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable: its name, what it stands for, and how the packet gives it in a locale."""

    name: str
    description: str
    value: Callable[[Packet, str], str]


def render(body: str, packet: Packet, locale: str = "") -> Rendered:
    """Fill `{{name}}` and `{{name|words when unknown}}` in one pass: values are never expanded.

    `locale` (default: the store's) shapes dates and amounts.
    """
    missing: list[str] = []

    def fill(match: re.Match[str]) -> str:
        value = _value(match["name"], packet, locale or packet.brand.locale)
        if not value and match["fallback"] is None:
            missing.append(match["name"])
        return value or (match[0] if match["fallback"] is None else match["fallback"].strip())

    text = _SLOT.sub(fill, body)
    return Rendered(text, tuple(dict.fromkeys(missing)))


def locale_of(home: str, language: str) -> str:
    """`language` as written where the store is, if that is known: ('en_DE', 'de') gives de_DE."""
    if not language or not localedata.exists(language):
        return home
    local = f"{language}_{home.partition('_')[2]}"
    return local if localedata.exists(local) else language


def _value(name: str, packet: Packet, locale: str) -> str:
    variable = VARIABLES.get(name)
    return " ".join(variable.value(packet, locale).split()) if variable else ""


def _of_order(read: Callable[[OrderFacts, str], str]) -> Callable[[Packet, str], str]:
    return lambda packet, locale: read(packet.order, locale) if packet.order else ""


def _of_parcels(read: Callable[[FulfilmentFacts], str]) -> Callable[[Packet, str], str]:
    return _of_order(lambda order, _: _listed([read(parcel) for parcel in order.fulfilments]))


def _listed(values: list[str]) -> str:
    """Every distinct value, or nothing if a parcel lacks it: half an answer would mislead."""
    return ", ".join(dict.fromkeys(values)) if all(values) else ""


def _last_day(days: Sequence[date | None], locale: str) -> str:
    known = [found for found in days if found]
    return _day(max(known), locale) if known and len(known) == len(days) else ""


def _refunded(order: OrderFacts, locale: str) -> str:
    """What was refunded; of an order that was refunded whole the total."""
    is_whole = order.refunded is None and order.status is OrderStatus.REFUNDED
    value = order.total if is_whole else order.refunded
    return money.formatted(value, order.currency, locale) if value else ""


def _day(moment: date, locale: str) -> str:
    return str(format_date(moment, "long", locale=locale))


_SLOT = re.compile(r"\{\{\s*(?P<name>[\w.]+)\s*(?:\|(?P<fallback>[^{}]*))?\}\}")
_STATUS = {
    OrderStatus.PREPARING: "being prepared",
    OrderStatus.PARTLY_SHIPPED: "partly shipped",
    OrderStatus.IN_TRANSIT: "in transit",
    OrderStatus.DELIVERED: "delivered",
    OrderStatus.REFUNDED: "refunded",
    OrderStatus.CANCELLED: "cancelled",
}
_ALL = (
    Variable(
        "customer.first_name", "the customer's first name", lambda p, _: p.customer.first_name
    ),
    Variable("customer.name", "the customer's full name", lambda p, _: p.customer.name),
    Variable("customer.email", "the customer's e-mail address", lambda p, _: p.customer.email),
    Variable("store.name", "the store's name", lambda p, _: p.brand.store_name),
    Variable("store.email", "the store's support address", lambda p, _: p.brand.email),
    Variable("store.url", "the store's web address", lambda p, _: p.brand.url),
    Variable("agent.name", "the name of whoever answers", lambda p, _: p.brand.agent_name),
    Variable("order.name", "the order's name, such as #1042", _of_order(lambda o, _: o.name)),
    Variable("order.status", "where the order stands", _of_order(lambda o, _: _STATUS[o.status])),
    Variable(
        "order.total",
        "the order's total with its currency",
        _of_order(lambda o, locale: money.formatted(o.total, o.currency, locale)),
    ),
    Variable(
        "order.refunded",
        "what of the order was refunded, with its currency",
        _of_order(_refunded),
    ),
    Variable(
        "order.placed_at",
        "the day the order was placed",
        _of_order(lambda o, locale: _day(o.placed_at, locale)),
    ),
    Variable(
        "order.items",
        "what was ordered, with quantities",
        _of_order(lambda o, _: _listed([f"{line.quantity} × {line.title}" for line in o.lines])),
    ),
    Variable(
        "order.shipped_at",
        "the day the last parcel left",
        _of_order(lambda o, locale: _last_day([f.shipped_at for f in o.fulfilments], locale)),
    ),
    Variable(
        "order.estimated_delivery",
        "the day the carrier expects to deliver the last parcel",
        _of_order(
            lambda o, locale: _last_day([f.estimated_delivery for f in o.fulfilments], locale)
        ),
    ),
    Variable("order.carrier", "who carries the parcel", _of_parcels(lambda f: f.carrier)),
    Variable(
        "order.tracking_number", "the parcel's number", _of_parcels(lambda f: f.tracking_number)
    ),
    Variable(
        "order.tracking_url",
        "the carrier's page for the parcel",
        _of_parcels(lambda f: f.tracking_url),
    ),
)
VARIABLES = {variable.name: variable for variable in _ALL}
"""Every variable by name, in the order in which a person should read about them."""
