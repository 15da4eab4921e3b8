"""The fact lock: which facts of a draft its context packet supports."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from shopapp.drafts.grounding import OrderFacts, OrderStatus, Packet, PassageKind
from shopapp.drafts.locking.alignment import Alignment
from shopapp.drafts.locking.claims import claims, holds
from shopapp.drafts.locking.counting import miscounted
from shopapp.drafts.locking.dating import misdated
from shopapp.drafts.locking.origins import Origin, OriginKind, Pair, of_order, origins, pairs
from shopapp.drafts.locking.parcels import mistaken
from shopapp.drafts.locking.roles import misplaced
from shopapp.drafts.locking.stated import stated
from shopapp.drafts.reading import notations
from shopapp.drafts.reading.facts import Fact, FactKind, facts
from shopapp.drafts.reading.sentences import Span, sentences

_JUDGES = (misdated, misplaced, mistaken, miscounted)
_RULES = {OriginKind.POLICY, OriginKind.ARTICLE, OriginKind.MACRO}
_UNDERWAY = {OrderStatus.PREPARING, OrderStatus.PARTLY_SHIPPED, OrderStatus.IN_TRANSIT}
Evidence = Collection[Pair]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of a draft's facts are supported."""

    supported: int
    total: int

    def __str__(self) -> str:
        noun = "fact" if self.total == 1 else "facts"
        return f"{self.supported} of {self.total} {noun}" if self.total else "no facts"


@dataclass(frozen=True, slots=True)
class Checked:
    """A fact and what vouches for it; nothing does when `origins` is empty."""

    fact: Fact
    origins: tuple[Origin, ...] = ()


def unsupported(text: str, packet: Packet, confirmed: Collection[Pair] = ()) -> list[Fact]:
    """The facts and claims of `text` that neither `packet` nor a person vouches for, in order.

    `confirmed` are the families and values that a person confirmed for this text. Negations are
    not locked by themselves, but one that turns a sentence of a passage round is unsupported.
    """
    loose = [each.fact for each in checked(text, packet) if not each.origins]
    return [fact for fact in loose if not rests_on(fact, confirmed)]


def coverage(text: str, packet: Packet) -> Coverage:
    """Supported and total facts of `text`."""
    found = checked(text, packet)
    return Coverage(sum(bool(each.origins) for each in found), len(found))


def checked(text: str, packet: Packet) -> list[Checked]:
    """Every locked fact and claim of `text` in order, each with what vouches for it.

    Linear in the length of `text` and of the packet's texts.
    """
    known = origins(packet)
    spans = sentences(text)
    found, said = stated(text), claims(text)
    wrong = _mistaken(text, [*found, *said], spans, packet.order)
    results = [Checked(fact, _unless(wrong, fact, _vouching(fact, known))) for fact in found]
    results += [Checked(one, _unless(wrong, one, _of_claim(one, packet, known))) for one in said]
    results += [Checked(fact) for fact in _turned_round(spans, packet)]
    return sorted(results, key=lambda each: each.fact.start)


def _mistaken(
    text: str, found: Sequence[Fact], spans: Sequence[Span], order: OrderFacts | None
) -> frozenset[tuple[str, int]]:
    """Those that are the order's own, but told of another event, amount or parcel than theirs."""
    wrong = chain(*(judge(text, found, spans, order) for judge in _JUDGES))
    return frozenset((fact.family, fact.start) for fact in wrong)


def _unless(
    wrong: Collection[tuple[str, int]], fact: Fact, vouching: tuple[Origin, ...]
) -> tuple[Origin, ...]:
    """What vouches for a fact; a rule that states it may where the order does not."""
    if (fact.family, fact.start) not in wrong:
        return vouching
    if fact.kind is FactKind.NUMBER:
        return ()
    return tuple(each for each in vouching if each.kind in _RULES)


def _vouching(fact: Fact, stated: Mapping[Pair, tuple[Origin, ...]]) -> tuple[Origin, ...]:
    return next((stated[pair] for pair in pairs(fact) if pair in stated), ())


def _of_claim(
    claim: Fact, packet: Packet, stated: Mapping[Pair, tuple[Origin, ...]]
) -> tuple[Origin, ...]:
    if claim.kind is FactKind.PROMISE:
        return _vouching(claim, stated)
    order = packet.order
    return (of_order(order, "status"),) if order and holds(claim.value, order) else ()


def _turned_round(spans: Sequence[Span], packet: Packet) -> list[Fact]:
    """The sentences that say the opposite of a policy's or an article's."""
    rules = [p for p in packet.passages if p.kind in (PassageKind.POLICY, PassageKind.ARTICLE)]
    if not rules:
        return []
    alignment = Alignment(rules)
    asserted = [span for span in spans if not span.text.endswith("?")]
    twins = [(span, alignment.twin(span.text)) for span in asserted]
    return [
        Fact(FactKind.NEGATION, span.text, span.start, span.end, (" ".join(span.text.split()),))
        for span, twin in twins
        if twin and not twin.agrees
    ]


def evidence_of(packet: Packet) -> frozenset[Pair]:
    """Every (family, value) that `packet` states; see `origins.origins`."""
    return frozenset(origins(packet))


def rests_on(fact: Fact, evidence: Evidence) -> bool:
    """True when one of the fact's readings is among the evidence."""
    return any(pair in evidence for pair in pairs(fact))


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
