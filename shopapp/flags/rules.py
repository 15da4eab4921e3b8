"""When an order needs a person: the rules, their evidence, and when their cause is gone (pure)."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from shopapp.money import formatted

WAITING = ("unfulfilled", "partial", "in_progress", "open")
"""Fulfilment states of an order that is still to be shipped, wholly or in part."""
UNDONE = ("refunded", "voided", "expired")
"""Financial states in which nobody expects a parcel any more."""
GRAVE = 3  # times a threshold
_HOUR = timedelta(hours=1)


class Kind(enum.StrEnum):
    """What is the matter; the first two are for the rules, the others are raised by people."""

    UNFULFILLED = "unfulfilled"
    HIGH_VALUE = "high_value"
    CUSTOMER_REPORTED = "customer_reported"
    ADDRESS = "address_problem"
    DELIVERY = "delivery_problem"
    FRAUD = "fraud_risk"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The words on a chip: 'Not shipped'."""
        return _LABELS[self]


_LABELS = {
    Kind.UNFULFILLED: "Not shipped",
    Kind.HIGH_VALUE: "High value",
    Kind.CUSTOMER_REPORTED: "Customer reported",
    Kind.ADDRESS: "Address problem",
    Kind.DELIVERY: "Delivery problem",
    Kind.FRAUD: "Fraud risk",
    Kind.OTHER: "Something else",
}
OF_RULES = (Kind.UNFULFILLED, Kind.HIGH_VALUE)
BY_HAND = (Kind.CUSTOMER_REPORTED, Kind.ADDRESS, Kind.DELIVERY, Kind.FRAUD, Kind.OTHER)
_GRAVITY = {Kind.CUSTOMER_REPORTED: "warning", Kind.FRAUD: "critical", Kind.OTHER: "notice"}


@dataclass(frozen=True, slots=True)
class Limits:
    """The store's thresholds: hours until an order is to be shipped, and a high order value."""

    hours: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules look at: an order as it stands."""

    placed_at: datetime
    total: Decimal
    currency: str
    financial: str
    fulfilment: str
    is_cancelled: bool = False

    @property
    def is_waiting(self) -> bool:
        """Whether somebody still has to ship it."""
        return not settled(self)


@dataclass(frozen=True, slots=True)
class Fact:
    """One piece of evidence in words: `value` against `threshold`, and both in a sentence."""

    rule: str
    value: str
    threshold: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that fits: which, how grave (critical, warning, notice), and why."""

    kind: Kind
    severity: str
    fact: Fact

    @property
    def evidence(self) -> dict[str, Any]:
        """As it is stored."""
        return {"facts": [asdict(self.fact)]}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person decided about a rule's flag: when, on which evidence, and whether for good."""

    kind: Kind
    at: datetime
    evidence: Mapping[str, Any]
    is_final: bool


def findings(order: Facts, limits: Limits, now: datetime) -> tuple[Finding, ...]:
    """The rules that fit the order at this moment; none once it is shipped or undone."""
    if not order.is_waiting or order.placed_at > now:
        return ()
    found = (_unfulfilled(order, limits, now), _high_value(order, limits))
    return tuple(each for each in found if each is not None)


def settled(order: Facts) -> str:
    """Why the order needs nobody to ship it, as a sentence; '' while it does."""
    if order.is_cancelled:
        return "The order was cancelled."
    if order.financial in UNDONE:
        return f"The order was {order.financial}."
    if order.fulfilment not in WAITING:
        return f"The order is {order.fulfilment.replace('_', ' ')}."
    return ""


def is_quiet(finding: Finding, verdicts: Sequence[Verdict], limits: Limits, now: datetime) -> bool:
    """Whether a person has dealt with the finding already.

    A high value stays dealt with while it is the same; a dismissed delay for good; a resolved
    delay for as long again as an order may wait.
    """
    return any(
        _is_about(verdict, finding, limits, now)
        for verdict in verdicts
        if verdict.kind is finding.kind
    )


def by_hand(kind: Kind, note: str) -> tuple[str, dict[str, Any]]:
    """Severity and evidence of a flag that a person raises."""
    fact = Fact(kind.value, kind.label, "", note or f"{kind.label}, raised by hand.")
    return _GRAVITY.get(kind, "warning"), {"facts": [asdict(fact)]}


def facts_in(evidence: Mapping[str, Any]) -> Iterator[Fact]:
    """The facts of stored evidence; whatever else lies in it is left out."""
    for each in evidence.get("facts", ()):
        yield Fact(
            *(str(each.get(name, "")) for name in ("rule", "value", "threshold", "sentence"))
        )


def label(kind: str) -> str:
    """A kind's words, also of one that this version does not know."""
    known = kind in Kind.__members__.values()
    return Kind(kind).label if known else kind.replace("_", " ").capitalize()


def span(hours: int) -> str:
    """'31 hours', and from the third day on '4 days'."""
    number, unit = (hours, "hour") if hours < 48 else (hours // 24, "day")
    return f"{number} {unit}{'s' * (number != 1)}"


def _unfulfilled(order: Facts, limits: Limits, now: datetime) -> Finding | None:
    hours = (now - order.placed_at) // _HOUR
    if now - order.placed_at <= limits.hours * _HOUR:
        return None
    value, threshold = span(hours), span(limits.hours)
    state = "partly shipped" if order.fulfilment == "partial" else "not shipped"
    sentence = f"Still {state} after {value}; the limit is {threshold}."
    severity = "critical" if hours >= limits.hours * GRAVE else "warning"
    fact = Fact(Kind.UNFULFILLED.value, value, threshold, sentence)
    return Finding(Kind.UNFULFILLED, severity, fact)


def _high_value(order: Facts, limits: Limits) -> Finding | None:
    if order.total <= limits.value:
        return None
    value, threshold = (formatted(each, order.currency) for each in (order.total, limits.value))
    severity = "warning" if order.total >= limits.value * GRAVE else "notice"
    sentence = f"The total of {value} is above {threshold}. Look at it before it is shipped."
    return Finding(
        Kind.HIGH_VALUE, severity, Fact(Kind.HIGH_VALUE.value, value, threshold, sentence)
    )


def _is_about(verdict: Verdict, finding: Finding, limits: Limits, now: datetime) -> bool:
    if verdict.kind is Kind.HIGH_VALUE:
        return any(fact.value == finding.fact.value for fact in facts_in(verdict.evidence))
    return verdict.is_final or now - verdict.at <= limits.hours * _HOUR
