"""Dating: a day of an order that a text ties to another event than its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from shopapp.drafts.grounding import OrderFacts
from shopapp.drafts.locking.origins import dated
from shopapp.drafts.reading.facts import Fact, FactKind
from shopapp.drafts.reading.sentences import Span

_EVENTS = {
    "estimated_delivery": r"(?:will|should|to) (?:be )?(?:delivered|arrive|come)|expected|estimated"
    r"|due|scheduled|planned|will bring|comes?|kommt|komt|llega|arriva|chega"
    r"|delivery (?:by|on|date is)|expects? delivery"
    r"|arriv(?:e|es|ing|al)|voraussichtlich|erwartet|ankommen|eintreffen|wird .{0,40}?geliefert"
    r"|sera livrée?|prévue?|arriver\w*|llegar\w*|previst[oa]|verwacht|aankomen|chegar\w*",
    "delivered_at": r"delivered|arrived|reached|got to you|received (?!your)|zugestellt"
    r"|geliefert|angekommen|livrée?|entregad[oa]|consegnat[oa]|bezorgd|geleverd|entregue",
    "shipped_at": r"shipped|dispatched|mailed|sent|left|took it over|(?:handed|given) (?:\w+ )?to"
    r"|versandt|verschickt|verlassen|expédiée?|envoyée?|enviad[oa]|spedit[oa]|inviat[oa]|verzonden|verstuurd",
    "placed_at": r"placed|ordered|received your order|bestellt|aufgegeben|commandée?|passée?"
    r"|realizad[oa]|ordinat[oa]|effettuat[oa]|besteld|geplaatst",
    "cancelled_at": r"cancell?ed|storniert|annulée?|cancelad[oa]|annullat[oa]|geannuleerd",
    "refunded_at": r"refunded|erstattet|remboursée?|reembolsad[oa]|rimborsat[oa]|terugbetaald",
}
_EVENT = re.compile(
    "|".join(rf"(?P<{field}>\b(?:{words})\b)" for field, words in _EVENTS.items()), re.IGNORECASE
)
_CONJUNCTION = re.compile(r"\b(?:and|und|et|y|e|en|but|aber)\b|;", re.IGNORECASE)
_PASSED_BY = re.compile(
    r"\b(?:(?P<next>next|this|coming|nächste[nr]?|kommende[nr]?|diesen|ce|este|próxim[oa]|quest[oa]"
    r"|prossim[oa]|volgende|komende|deze)|(?P<last>last|past|letzte[nr]?|pasado|passado))\s+$",
    re.IGNORECASE,
)
_OF = re.compile(r"\b(?:of|vom|du|del|di|van|do|de)\s+$", re.IGNORECASE)
_CLAUSE = re.compile(rf"{_CONJUNCTION.pattern}|[,:()]|\s[–—-]\s", re.IGNORECASE)


def misdated(
    text: str, found: Sequence[Fact], spans: Sequence[Span], order: OrderFacts | None
) -> Iterator[Fact]:
    """Those days among `found` that are days of `order`, but not of the event they stand with.

    The event is the nearest verb before the date in its clause, else the next one behind it. A day
    without such a verb is not judged; "next Tuesday" is none that was over when the order was read.
    Linear in the length of `text`.
    """
    if order is None:
        return
    for kind in (FactKind.DATE, FactKind.PROMISE):
        days = [fact for fact in found if fact.kind is kind and _is_day(fact)]
        yield from _misdated(text, days, spans, order) if days else ()


def _misdated(
    text: str, days: Sequence[Fact], spans: Sequence[Span], order: OrderFacts
) -> Iterator[Fact]:
    known = [(field, f"{day:%Y-%m-%d}") for field, day in dated(order)]
    starts = iter(spans)
    span = next(starts, None)
    for before, fact, behind in zip([None, *days], days, [*days[1:], None], strict=False):
        while span is not None and span.end <= fact.start:
            span = next(starts, None)
        if span is None:
            return
        first = max(span.start, before.end if before else 0)
        last = min(span.end, behind.start if behind else len(text))
        event = _event(text[first : fact.start], text[fact.end : last])
        fields = {field for field, day in known if _is(fact, day)}
        if fields and (event or _PASSED_BY.search(text[first : fact.start])):
            left = [day for field, day in known if field == (event or field) and _is(fact, day)]
            if not any(_fits(text[first : fact.start], day, order) for day in left):
                yield fact


def _is_day(fact: Fact) -> bool:
    return fact.kind is FactKind.DATE or fact.value.isdigit()


def _fits(before: str, day: str, order: OrderFacts) -> bool:
    """Whether a day is to come, or over, as the word in front of it says."""
    read = f"{order.as_of:%Y-%m-%d}"
    word = _PASSED_BY.search(before)
    if word is None:
        return True
    return day >= read if word.lastgroup == "next" else day <= read


def _event(before: str, behind: str) -> str | None:
    """The field of the event that a day between these two texts belongs to."""
    if _OF.search(before):
        return None
    own = _CONJUNCTION.split(before)[-1]
    said = [match.lastgroup for match in _EVENT.finditer(own)]
    if said:
        return said[-1]
    match = _EVENT.search(_CLAUSE.split(behind, maxsplit=1)[0])
    return match.lastgroup if match else None


def _is(fact: Fact, day: str) -> bool:
    if fact.kind is FactKind.PROMISE:
        return fact.value == str(date.fromisoformat(day).weekday())
    return any(reading in (day, "-" + day[4:], "---" + day[8:]) for reading in fact.readings)
