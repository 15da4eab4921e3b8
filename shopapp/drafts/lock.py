"""The fact lock: which facts of a draft its context packet supports."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shopapp.drafts import notations
from shopapp.drafts.facts import Fact, FactKind, facts
from shopapp.drafts.grounding import OrderFacts, OrderStatus, Packet, PassageKind

_UNDERWAY = {OrderStatus.PREPARING, OrderStatus.PARTLY_SHIPPED, OrderStatus.IN_TRANSIT}
Evidence = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of a draft's facts are supported."""

    supported: int
    total: int

    def __str__(self) -> str:
        noun = "fact" if self.total == 1 else "facts"
        return f"{self.supported} of {self.total} {noun}" if self.total else "no facts"


def unsupported(text: str, packet: Packet) -> list[Fact]:
    """The facts of `text` that `packet` does not contain, in order; negations are not locked."""
    evidence = evidence_of(packet)
    return [fact for fact in _locked(text) if not rests_on(fact, evidence)]


def coverage(text: str, packet: Packet) -> Coverage:
    """Supported and total facts of `text`."""
    total = len(_locked(text))
    return Coverage(total - len(unsupported(text, packet)), total)


def order_meant(text: str, orders: Sequence[OrderFacts]) -> OrderFacts | None:
    """The one of a customer's `orders` that a mail is about, or None when that is not certain.

    The order it names; if it names none, the only order, or the only one not yet delivered.
    Naming an order that is not among them, or several, leaves it open.
    """
    named = {fact.value for fact in facts(text) if fact.kind is FactKind.ORDER}
    if named:
        meant = [order for order in orders if any(_is_named(order, name) for name in named)]
        return meant[0] if len(meant) == len(named) == 1 else None
    underway = [order for order in orders if order.status in _UNDERWAY]
    return next((few[0] for few in (orders, underway) if len(few) == 1), None)


def _is_named(order: OrderFacts, name: str) -> bool:
    """Customers drop prefixes: 1042 names #HCR-1042, but not #21042."""
    part = rf"(?<![A-Z0-9]){re.escape(name)}" if not name[0].isdigit() else rf"(?<!\d){name}"
    return bool(re.search(rf"{part}(?!\d)", notations.identifier(order.name)))


def evidence_of(packet: Packet) -> Evidence:
    """Every (family, value) that `packet` states.

    The texts of macros, articles and the signature count, an approved reply's does not: its facts
    are another customer's. A full date also supports the date without its year, an amount also
    the bare number.
    """
    texts = [packet.brand.signature, packet.brand.url, packet.brand.email, packet.customer.email]
    texts += [p.body for p in packet.passages if p.kind is not PassageKind.APPROVED_REPLY]
    stated = {pair for text in texts for fact in facts(text) for pair in _pairs(fact)}
    if packet.order:
        stated.update(_of_order(packet.order))
    return frozenset(stated | {vague for pair in stated for vague in _vaguer(*pair)})


def rests_on(fact: Fact, evidence: Evidence) -> bool:
    """True when one of the fact's readings is among the evidence."""
    return any(pair in evidence for pair in _pairs(fact))


def _locked(text: str) -> list[Fact]:
    return [fact for fact in facts(text) if fact.kind is not FactKind.NEGATION]


def _pairs(fact: Fact) -> Iterator[tuple[str, str]]:
    return ((fact.family, reading) for reading in fact.readings)


def _of_order(order: OrderFacts) -> Iterator[tuple[str, str]]:
    parcels = order.fulfilments
    identifiers = [order.name, *(p.tracking_number for p in parcels), *(x.sku for x in order.lines)]
    yield from (("identifier", notations.identifier(name)) for name in identifiers if name)
    yield "amount", notations.amount(order.total, order.currency)
    moments = [order.placed_at, order.cancelled_at]
    moments += [moment for p in parcels for moment in (p.shipped_at, p.delivered_at)]
    yield from (("date", moment.date().isoformat()) for moment in moments if moment)
    yield from (("date", p.estimated_delivery.isoformat()) for p in parcels if p.estimated_delivery)
    yield from (("link", notations.link(p.tracking_url)) for p in parcels if p.tracking_url)
    yield from (pair for line in order.lines for fact in facts(line.title) for pair in _pairs(fact))


def _vaguer(family: str, value: str) -> Iterator[tuple[str, str]]:
    if family == "amount":
        yield family, value.split(" ", maxsplit=1)[0]
    if family == "date" and value[:4].isdigit() and value[4:5] == "-":
        yield family, "-" + value[4:]
