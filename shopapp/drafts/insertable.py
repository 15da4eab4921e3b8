"""What a person can insert with one press: the packet's facts and paragraphs of sources."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from shopapp import money
from shopapp.drafts import variables
from shopapp.drafts.grounding import (
    FulfilmentFacts,
    OrderFacts,
    OrderStatus,
    Packet,
    Passage,
    PassageKind,
)

_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")
_LINK = re.compile(r"\[([^\[\]]+)\]\((\S+?)\)")
_MARK = re.compile(r"^#{1,6}\s+|\*\*|__", re.MULTILINE)
_STATUS = {
    "de": (
        "in Vorbereitung",
        "teilweise versandt",
        "unterwegs",
        "zugestellt",
        "erstattet",
        "storniert",
    ),
    "fr": (
        "en préparation",
        "partiellement expédiée",
        "en route",
        "livrée",
        "remboursée",
        "annulée",
    ),
    "es": (
        "en preparación",
        "enviado en parte",
        "en camino",
        "entregado",
        "reembolsado",
        "cancelado",
    ),
    "it": (
        "in preparazione",
        "spedito in parte",
        "in viaggio",
        "consegnato",
        "rimborsato",
        "annullato",
    ),
    "nl": (
        "in voorbereiding",
        "deels verzonden",
        "onderweg",
        "bezorgd",
        "terugbetaald",
        "geannuleerd",
    ),
    "pt": (
        "em preparação",
        "enviado em parte",
        "a caminho",
        "entregue",
        "reembolsado",
        "cancelado",
    ),
    "en": ("being prepared", "partly shipped", "in transit", "delivered", "refunded", "cancelled"),
}
"""Where an order stands, in the order of OrderStatus."""


@dataclass(frozen=True, slots=True)
class Insertable:
    """A text that can be put in: `label` says what it is, `key` names it in a form."""

    key: str
    label: str
    text: str


def facts_of(packet: Packet, language: str) -> list[Insertable]:
    """The packet's facts as a reply in `language` (two letters) states them, without empty ones."""
    locale = variables.locale_of(packet.brand.locale, language)
    pairs = [("Customer’s first name", packet.customer.first_name)]
    if packet.order is not None:
        pairs += _of_order(packet.order, locale)
    pairs.append(("Store’s address", packet.brand.email))
    known = [(label, " ".join(text.split())) for label, text in pairs if text.strip()]
    return [Insertable(f"fact:{number}", *pair) for number, pair in enumerate(known)]


def paragraphs_of(passage: Passage, packet: Packet, language: str) -> list[Insertable]:
    """A passage's paragraphs, its variables filled; one that nobody can fill is left out."""
    locale = variables.locale_of(packet.brand.locale, language)
    body = passage.body if passage.kind is PassageKind.MACRO else _plain(passage.body)
    filled = [variables.render(each.strip(), packet, locale) for each in _PARAGRAPH.split(body)]
    return [
        Insertable(f"{passage.kind}:{passage.id}:{number}", passage.title, each.text)
        for number, each in enumerate(filled)
        if each.text and not each.missing
    ]


def _plain(markdown: str) -> str:
    """Markdown as people write it in a mail: no marks of headings and emphasis, links in full."""
    return _MARK.sub("", _LINK.sub(r"\1 (\2)", markdown))


def _of_order(order: OrderFacts, locale: str) -> Iterator[tuple[str, str]]:
    yield "Order", order.name
    yield "Status", _status(order.status, locale)
    yield "Total", money.formatted(order.total, order.currency, locale)
    for label, value in (
        ("Refunded", order.refunded),
        ("Postage", order.shipping),
        ("Discount", order.discount),
    ):
        yield label, money.formatted(value, order.currency, locale) if value else ""
    yield "Placed on", _day(order.placed_at, locale)
    items = [f"{line.quantity} × {line.title}" for line in order.lines]
    yield "Items", ", ".join(items)
    yield from (("Item", line.title) for line in order.lines if len(order.lines) > 1)
    yield "Cancelled on", _day(order.cancelled_at, locale)
    several = len(order.fulfilments) > 1
    for number, parcel in enumerate(order.fulfilments, 1):
        which = f" of parcel {number}" if several else ""
        yield from ((label + which, text) for label, text in _of_parcel(parcel, locale))


def _of_parcel(parcel: FulfilmentFacts, locale: str) -> Iterator[tuple[str, str]]:
    yield "Carrier", parcel.carrier
    yield "Tracking number", parcel.tracking_number
    yield "Tracking link", parcel.tracking_url
    yield "Shipped on", _day(parcel.shipped_at, locale)
    yield "Expected on", _day(parcel.estimated_delivery, locale)
    yield "Delivered on", _day(parcel.delivered_at, locale)


def _status(status: OrderStatus, locale: str) -> str:
    words = _STATUS.get(locale.partition("_")[0], _STATUS["en"])
    return words[list(OrderStatus).index(status)]


def _day(moment: date | None, locale: str) -> str:
    return str(format_date(moment, "long", locale=locale)) if moment else ""
