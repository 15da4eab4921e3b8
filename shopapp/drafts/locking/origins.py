"""Origins: what a packet states, and which field, policy, article or macro states it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache

from shopapp.drafts.grounding import OrderFacts, Packet, Passage, PassageKind
from shopapp.drafts.locking.claims import claims
from shopapp.drafts.locking.counting import bought, carried, counted, echoed, numbered
from shopapp.drafts.locking.roles import told
from shopapp.drafts.locking.stated import stated
from shopapp.drafts.matters import PageFacts, PurchaseFacts
from shopapp.drafts.reading import notations
from shopapp.drafts.reading.facts import Fact, FactKind

_DIALLED = 7
Pair = tuple[str, str]
"""The family and the value of a fact."""


class OriginKind(StrEnum):
    """What can vouch for a fact."""

    ORDER = "order"
    CUSTOMER = "customer"
    STORE = "store"
    POLICY = "policy"
    ARTICLE = "article"
    MACRO = "macro"
    PURCHASE = "purchase"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a fact stands: of an order the name and `field`, read `as_of`; of a passage its id."""

    kind: OriginKind
    id: str
    title: str
    field: str = ""
    as_of: datetime | None = None


def origins(packet: Packet) -> dict[Pair, tuple[Origin, ...]]:
    """Every (family, value) that `packet` states, and where.

    The texts of macros, articles, policies and the signature count, an approved reply's does not:
    its facts are another customer's. A full date also vouches for the date without its year, its
    month, its day and its weekday, an amount also for the bare number, a phone number also for it
    without its country. What the customer wrote vouches for bare numbers, carriers and last digits
    alone ("size 42, as you say"), never for an amount.
    """
    found: defaultdict[Pair, dict[Origin, None]] = defaultdict(dict)
    for origin, pair in _stated(packet):
        found[pair][origin] = None
        for vague in _vaguer(*pair):
            found[vague][origin] = None
    return {pair: tuple(where) for pair, where in found.items()}


def pairs(fact: Fact) -> Iterator[Pair]:
    """What may be looked up for `fact`: its family with each of its readings."""
    return ((fact.family, reading) for reading in fact.readings)


def of_passage(passage: Passage) -> Origin:
    """A macro, article or policy as the origin of what it says."""
    return Origin(OriginKind(passage.kind.value), passage.id, passage.title)


def of_order(order: OrderFacts, field: str) -> Origin:
    """A field of the order as the origin of its value."""
    return Origin(OriginKind.ORDER, order.name, f"Order {order.name}", field, order.as_of)


def _stated(packet: Packet) -> Iterator[tuple[Origin, Pair]]:
    brand = packet.brand
    for field in ("signature", "url", "email"):
        origin = Origin(OriginKind.STORE, "", brand.store_name, field)
        yield from ((origin, pair) for pair in _in_text(getattr(brand, field)))
    customer = Origin(OriginKind.CUSTOMER, "", packet.customer.name or "Customer", "email")
    yield from ((customer, pair) for pair in _in_text(packet.customer.email))
    for passage in packet.passages:
        if passage.kind is not PassageKind.APPROVED_REPLY:
            yield from ((of_passage(passage), pair) for pair in _in_text(passage.body))
    if packet.order:
        order = packet.order
        yield from ((of_order(order, field), pair) for field, pair in _of_order(order))
    words = Origin(OriginKind.CUSTOMER, "", packet.customer.name or "Customer", "words")
    for text in (packet.subject, packet.question, *(turn.text for turn in packet.history)):
        yield from ((words, pair) for pair in echoed(text))
    yield words, ("number", str(packet.customer.orders_count))
    if packet.purchase:
        yield from _of_purchase(packet.purchase)
    if packet.page:
        yield from _of_page(packet.page)


@lru_cache(maxsize=4096)
def _in_text(text: str) -> tuple[Pair, ...]:
    promised = [claim for claim in claims(text) if claim.kind is FactKind.PROMISE]
    said = stated(text)
    written = tuple(pair for fact in (*said, *promised) for pair in pairs(fact))
    return (*written, *numbered(said))


def _of_order(order: OrderFacts) -> Iterator[tuple[str, Pair]]:
    yield "name", ("identifier", notations.identifier(order.name))
    yield from ((f, ("amount", notations.amount(v, order.currency))) for f, v in told(order))
    yield from counted(order)
    for field, day in dated(order):
        yield field, ("date", day.isoformat())
    for parcel in order.fulfilments:
        yield from carried(parcel)
        if parcel.tracking_number:
            number = notations.identifier(parcel.tracking_number)
            yield "tracking_number", ("identifier", number)
            yield "tracking_number", ("identifier", number.replace("-", ""))
        if parcel.tracking_url:
            yield "tracking_url", ("link", notations.link(parcel.tracking_url))
    for line in order.lines:
        if line.sku:
            yield "lines", ("identifier", notations.identifier(line.sku))
        yield from (("lines", pair) for pair in _in_text(line.title))


def _of_purchase(order: PurchaseFacts) -> Iterator[tuple[Origin, Pair]]:
    def origin(field: str) -> Origin:
        return Origin(OriginKind.PURCHASE, order.number, f"Purchase order {order.number}", field)

    for number in order.numbers():
        yield origin("numbers"), ("identifier", notations.identifier(number))
    for field, amount in order.amounts():
        yield origin(field), ("amount", notations.amount(amount, order.currency))
    for field, day in order.days():
        yield origin(field), ("date", day.isoformat())
    yield from ((origin(field), pair) for field, pair in bought(order))
    for field, text in order.texts():
        yield from ((origin(field), pair) for pair in _in_text(text))


def _of_page(page: PageFacts) -> Iterator[tuple[Origin, Pair]]:
    for field, text in page.texts():
        origin = Origin(OriginKind.PAGE, "", page.product, field)
        yield from ((origin, pair) for pair in _in_text(text))


def dated(order: OrderFacts) -> Iterator[tuple[str, date]]:
    """The days of an order, each with the field that holds it."""
    moments = [("placed_at", order.placed_at), ("cancelled_at", order.cancelled_at)]
    for parcel in order.fulfilments:
        moments += [("shipped_at", parcel.shipped_at), ("delivered_at", parcel.delivered_at)]
        if parcel.estimated_delivery:
            yield "estimated_delivery", parcel.estimated_delivery
    yield from ((field, moment.date()) for field, moment in moments if moment)


def _vaguer(family: str, value: str) -> Iterator[Pair]:
    if family == "amount":
        yield family, value.split(" ", maxsplit=1)[0]
    if family == "date" and value[:4].isdigit() and len(value) == 10:
        yield family, "-" + value[4:]
        yield family, value[:7]
        yield family, f"---{value[8:]}"
        yield FactKind.PROMISE.value, str(date.fromisoformat(value).weekday())
    if family == "phone":
        yield from ((family, value[start:]) for start in range(1, len(value) - _DIALLED + 1))
