"""Parcels: what a text says of one parcel of an order that is true of another one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from shopapp.drafts.grounding import FulfilmentFacts, OrderFacts
from shopapp.drafts.reading import notations
from shopapp.drafts.reading.facts import Fact, FactKind
from shopapp.drafts.reading.mentions import carrier, tails
from shopapp.drafts.reading.sentences import Span

_CAME = re.compile(
    r"\b(?:(?:was|been|is|got|the) delivered|has arrived|arrived on|zugestellt|angekommen|livrée?"
    r"|entregad[oa]|entregue|consegnat[oa]|bezorgd)\b",
    re.IGNORECASE,
)
_COMES = re.compile(
    r"\b(?:under ?way|on (?:its|the) way|in transit|out for delivery"
    r"|not (?:yet )?(?:been )?delivered|unterwegs"
    r"|noch nicht zugestellt|en route|en camino|in viaggio|onderweg|a caminho)\b",
    re.IGNORECASE,
)


def mistaken(
    _text: str, found: Sequence[Fact], spans: Sequence[Span], order: OrderFacts | None
) -> Iterator[Fact]:
    """Those among `found` that name a parcel of `order` of which their sentence is not true.

    A sentence that names several parcels is cut before each but its first. Compared are days,
    carriers, links, and whether the parcel has come. Linear in the number of facts, for an order
    of one parcel nothing is to be mistaken.
    """
    parcels = order.fulfilments if order else ()
    if len(parcels) < 2:
        return
    named = [(fact, each) for fact in found if (each := _named(fact, parcels)) is not None]
    ordered = sorted(found, key=lambda fact: fact.start)
    for span in spans:
        here = [pair for pair in named if span.start <= pair[0].start < span.end]
        inside = [fact for fact in ordered if span.start <= fact.start < span.end] if here else []
        cuts = [span.start, *(fact.start for fact, _ in here[1:]), span.end]
        for (fact, parcel), (first, last) in zip(here, pairwise(cuts), strict=False):
            about = [each for each in inside if first <= each.start < last]
            said = span.text[first - span.start : last - span.start]
            if _is_wrong(said, about, parcel, parcels):
                yield fact
        yield from _wrong_links(here)


def _named(fact: Fact, parcels: Sequence[FulfilmentFacts]) -> FulfilmentFacts | None:
    for parcel in parcels if fact.family in ("identifier", "link") else ():
        number = notations.identifier(parcel.tracking_number)
        known = {number, number.replace("-", ""), *tails(number, "parcel")}
        known.add(notations.link(parcel.tracking_url))
        if known & set(fact.readings):
            return parcel
    return None


def _is_wrong(
    said: str,
    about: Sequence[Fact],
    parcel: FulfilmentFacts,
    parcels: Sequence[FulfilmentFacts],
) -> bool:
    others = [each for each in parcels if each is not parcel]
    if any(_is_of(fact, others) and not _is_of(fact, [parcel]) for fact in about):
        return True
    came, comes = bool(_CAME.search(said)), bool(_COMES.search(said))
    if came == comes:
        return False
    return came is not bool(parcel.delivered_at)


def _is_of(fact: Fact, parcels: Sequence[FulfilmentFacts]) -> bool:
    """Whether a day or a carrier is one of these parcels'."""
    if fact.kind is FactKind.CARRIER:
        return fact.value in {carrier(parcel.carrier) for parcel in parcels}
    if fact.kind is not FactKind.DATE:
        return False
    days = [f"{day:%Y-%m-%d}" for parcel in parcels for day in _days(parcel)]
    forms = {form for day in days for form in (day, f"-{day[4:]}", f"---{day[8:]}")}
    return not forms.isdisjoint(fact.readings)


def _days(parcel: FulfilmentFacts) -> Iterator[object]:
    days = (parcel.shipped_at, parcel.estimated_delivery, parcel.delivered_at)
    return (day for day in days if day)


def _wrong_links(here: Sequence[tuple[Fact, FulfilmentFacts]]) -> Iterator[Fact]:
    """A link right behind a parcel's number that leads to another parcel."""
    for (fact, parcel), (link, other) in pairwise(here):
        if fact.kind is not FactKind.LINK and link.kind is FactKind.LINK and parcel is not other:
            yield link
