"""Counting: the numbers that an order, a rule or a customer's own words vouch for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from shopapp.drafts.grounding import FulfilmentFacts, LineFacts, OrderFacts
from shopapp.drafts.locking.numbers import LINE, PARCEL, PIECE
from shopapp.drafts.locking.roles import told
from shopapp.drafts.locking.stated import stated
from shopapp.drafts.matters import PurchaseFacts
from shopapp.drafts.reading import notations
from shopapp.drafts.reading.facts import Fact, FactKind
from shopapp.drafts.reading.mentions import carrier, tails
from shopapp.drafts.reading.sentences import Span
from shopapp.drafts.reading.words import terms

Pair = tuple[str, str]
_NUMBER = FactKind.NUMBER.value
_WITH_NUMBERS = (FactKind.DATE, FactKind.PERCENTAGE, FactKind.AMOUNT)
_BARE = re.compile(r"\d+(?:\.\d+)?")
_CLAUSE = re.compile(
    r"[.,;:()?!\n]|\b(?:and|und|et|y|e|en|or|oder|for|für|at|from)\b", re.IGNORECASE
)
_SIZE = re.compile(r"(?:size|größe|taille|talla|taglia|maat|tamanho)\s$", re.IGNORECASE)
_REACH = 40
_TAIL = range(3, 9)


def counted(order: OrderFacts) -> Iterator[tuple[str, Pair]]:
    """The field and value of each number of an order: pieces, lines, parcels, money, its name."""
    yield from (("lines", pair) for pair in _goods([line.quantity for line in order.lines]))
    yield "tracking_number", (_NUMBER, f"{len(order.fulfilments)} {PARCEL}")
    yield "tracking_number", (_NUMBER, str(len(order.fulfilments)))
    yield from ((field, (_NUMBER, notations.amount(value))) for field, value in told(order))
    for digits in _BARE.findall(order.name):
        yield "name", (_NUMBER, digits)
    yield from (("name", ("identifier", tail)) for tail in tails(order.name, "order"))
    yield "placed_at", (_NUMBER, f"{order.placed_at:%Y}")


def bought(order: PurchaseFacts) -> Iterator[tuple[str, Pair]]:
    """The field and value of each number of a purchase order: pieces, lines, money, its number."""
    yield from (("lines", pair) for pair in _goods([line.quantity for line in order.lines]))
    yield from ((f, (_NUMBER, notations.amount(value))) for f, value in order.amounts())
    yield from (("numbers", (_NUMBER, digits)) for digits in _BARE.findall(order.number))


def _goods(quantities: Sequence[int]) -> Iterator[Pair]:
    for quantity in (*quantities, sum(quantities)):
        yield from ((_NUMBER, f"{quantity} {PIECE}"), (_NUMBER, str(quantity)))
    yield _NUMBER, f"{len(quantities)} {LINE}"


def carried(parcel: FulfilmentFacts) -> Iterator[tuple[str, Pair]]:
    """A parcel's carrier, and the last digits of its number."""
    if parcel.carrier:
        yield "carrier", (FactKind.CARRIER.value, carrier(parcel.carrier))
    for tail in tails(parcel.tracking_number, "parcel"):
        yield "tracking_number", ("identifier", tail)


def miscounted(
    text: str, found: Sequence[Fact], _spans: Sequence[Span], order: OrderFacts | None
) -> Iterator[Fact]:
    """Those numbers among `found` that count goods of `order` and are not how many were ordered."""
    quantities = dict(_quantities(order)) if order else {}
    for fact in found if quantities else ():
        number, _, unit = fact.value.partition(" ")
        if fact.kind is not FactKind.NUMBER or unit not in ("", PIECE):
            continue
        counts = [quantities[stem] for stem in _behind(text, fact) if stem in quantities]
        if counts and number not in counts[0] and not _is_size(text, fact):
            yield fact


def _is_size(text: str, fact: Fact) -> bool:
    return bool(_SIZE.search(text, max(fact.start - _REACH, 0), fact.start))


def _quantities(order: OrderFacts) -> Iterator[tuple[str, set[str]]]:
    """The stem of each word of a line's title, with what may be counted by it."""
    lines: dict[str, list[LineFacts]] = {}
    for line in order.lines:
        for stem in dict.fromkeys(terms(line.title)):
            lines.setdefault(stem, []).append(line)
    for stem, named in lines.items():
        counts = [line.quantity for line in named]
        said = {digits for line in named for digits in _BARE.findall(line.title)}
        yield stem, said | {str(count) for count in (*counts, sum(counts))}


def _behind(text: str, fact: Fact) -> list[str]:
    """The stems of the few words behind a number, as far as its clause goes."""
    return terms(" ".join(_CLAUSE.split(text[fact.end : fact.end + _REACH])[0].split()[:3]))


def numbered(said: Sequence[Fact]) -> Iterator[Pair]:
    """The bare numbers within facts: "5 to 10 days" is also "5 to 10", "75 and up" also an amount.

    A number with a unit vouches for the number, never the other way round.
    """
    for fact in said:
        if fact.kind is FactKind.NUMBER or _holds_numbers(fact):
            for digits in _BARE.findall(fact.value):
                yield _NUMBER, digits
                if fact.kind is FactKind.NUMBER and fact.value == digits:
                    yield FactKind.AMOUNT.value, digits
                    yield from ((_NUMBER, f"{hour}:00") for hour in _hours(digits))


def _hours(digits: str) -> tuple[int, ...]:
    """ "Open 9-5" says nine in the morning and five in the afternoon, or seventeen hours."""
    hour = int(digits) if digits.isdigit() and len(digits) < _TAIL[0] else 24
    return tuple(each for each in (hour, hour + 12) if each < 24)


def _holds_numbers(fact: Fact) -> bool:
    return fact.kind in _WITH_NUMBERS and "-" not in fact.value[:1] and fact.value[:5][-1:] != "-"


@lru_cache(maxsize=256)
def echoed(text: str) -> tuple[Pair, ...]:
    """What a customer's words vouch for: numbers, pieces of what they count, carriers, tails."""
    return tuple(_echoed(stated(text)))


def _echoed(said: Sequence[Fact]) -> Iterator[Pair]:
    for fact in said:
        if fact.kind in (FactKind.NUMBER, FactKind.CARRIER) or "…" in fact.value:
            yield fact.family, fact.value
        for digits in _BARE.findall(fact.value) if fact.kind is FactKind.NUMBER else ():
            yield from ((_NUMBER, digits), (_NUMBER, f"{digits} {PIECE}"))
        if fact.value.isdigit() and len(fact.value) in _TAIL:
            yield from (("identifier", f"{whose}…{fact.value}") for whose in ("", "card"))
    # an amount that they name may be spoken of as a number, but is no amount of ours
    yield from ((_NUMBER, f.value.split(" ")[0]) for f in said if f.kind is FactKind.AMOUNT)
