"""Tally: what was counted of many drafts at once, read by group, week, class or all together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, NamedTuple

from shopapp.drafts.learning.reward import EditClass

MOST = 100
"""Groups shown, those with most drafts first."""
MEASURES = ("ned", "kept", "latency")
"""What medians are told of."""
SENT = (EditClass.AS_IS, EditClass.LIGHT, EditClass.MODERATE, EditClass.REWRITE)


@dataclass(frozen=True, slots=True)
class After:
    """What happened `count` times among the `n` replies that had all the time for it."""

    count: int
    n: int


@dataclass(frozen=True, slots=True)
class Result:
    """The drafts of one group.

    `made` are those with a text, `failed` those where nothing fitted. Medians (`ned`, `kept`) and
    the mean `facts_changed` are over what was sent, the mean `reward` over the `scored`: sent and
    discarded. Latency in milliseconds, cost in the provider's currency.
    """

    key: str
    made: int = 0
    failed: int = 0
    waiting: int = 0
    classes: Mapping[EditClass, int] = field(default_factory=dict)
    ned: float | None = None
    kept: float | None = None
    facts_changed: float | None = None
    reward: float | None = None
    scored: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: Decimal | None = None
    latency: float | None = None
    reopened: After = After(0, 0)
    good: After = After(0, 0)
    refunded: After = After(0, 0)

    @property
    def sent(self) -> int:
        return sum(self.classes.get(each, 0) for each in SENT)

    @property
    def ended(self) -> int:
        """Drafts with a class."""
        return sum(self.classes.values())

    def share(self, name: EditClass) -> float:
        """The share of a class among the drafts that have one, 0 to 1."""
        return self.classes.get(name, 0) / self.ended if self.ended else 0.0


@dataclass(frozen=True, slots=True)
class Part:
    """Numbers of drafts alike, by name, to be added up; `week` None where they stand for all."""

    week: int | None
    key: str
    edit_class: str | None
    numbers: Mapping[str, int | float | Decimal]


class Point(NamedTuple):
    """`n` drafts measured `value`; `week` None where that is not told by week."""

    measure: str
    week: int | None
    key: str
    value: float
    n: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Parts and points of some days, from which every table of the page is read."""

    parts: Sequence[Part]
    points: Sequence[Point]
    groups_are_weeks: bool = False

    def total(self) -> Result:
        """All drafts together."""
        return next(iter(self._read(lambda _: "")), Result(""))

    def groups(self, only: str | None = None) -> list[Result]:
        """By what was asked for: weeks in their order, others by size, MOST of them; or one."""
        found = [row for row in self._read(lambda row: row.key) if only in (None, row.key)]
        return _in_order(found) if self.groups_are_weeks else found[:MOST]

    def weeks(self) -> list[Result]:
        """By week, in their order; without what is not told by week: kept, latency, outcomes."""
        return _in_order(self._read(lambda row: None if row.week is None else str(row.week)))

    def classes(self) -> list[Result]:
        """By class, with what came after; a class has no medians."""
        parts = [replace(part, key=part.edit_class) for part in self.parts if part.edit_class]
        return Tally(parts, ()).groups()

    def _read(self, key_of: Callable[[Part | Point], str | None]) -> list[Result]:
        sums: dict[str, dict[str, Any]] = defaultdict(lambda: defaultdict(int))
        measured: dict[tuple[str, str], list[Point]] = defaultdict(list)
        for part in self.parts:
            if (key := key_of(part)) is not None:
                for name, number in part.numbers.items():
                    sums[key][name] += number
        for point in self.points:
            if (key := key_of(point)) is not None:
                measured[key, point.measure].append(point)
        keys = sorted(sums, key=lambda key: (-sums[key]["made"], key))
        return [_result(key, sums[key], measured) for key in keys]


def median_of(points: Iterable[Point]) -> float | None:
    """The middle value, or the mean of the middle two; None without any."""
    ordered = sorted(points, key=lambda point: point.value)
    n = sum(point.n for point in ordered)
    if not n:
        return None
    return (_at(ordered, (n - 1) // 2) + _at(ordered, n // 2)) / 2


def _at(ordered: Iterable[Point], place: int) -> float:
    for point in ordered:
        if place < point.n:
            return point.value
        place -= point.n
    message = "the place lies beyond the last value"
    raise IndexError(message)


def _in_order(weeks: Iterable[Result]) -> list[Result]:
    return sorted(weeks, key=lambda row: int(row.key))


def _result(
    key: str, sums: Mapping[str, Any], measured: Mapping[tuple[str, str], list[Point]]
) -> Result:
    ned, kept, latency = (median_of(measured[key, name]) for name in MEASURES)
    return Result(
        key=key,
        made=sums["made"],
        failed=sums["failed"],
        waiting=sums["waiting"],
        classes={each: sums[f"class_{each}"] for each in EditClass},
        ned=ned,
        kept=kept,
        facts_changed=_mean(sums["facts_changed"], sums["facts_read"]),
        reward=_mean(sums["reward"], sums["scored"]),
        scored=sums["scored"],
        tokens_in=sums["tokens_in"],
        tokens_out=sums["tokens_out"],
        cost=Decimal(sums["cost"]) if sums["priced"] else None,
        latency=latency,
        reopened=After(sums["reopened"], sums["reopened_n"]),
        good=After(sums["good"], sums["good_n"]),
        refunded=After(sums["refunded"], sums["refunded_n"]),
    )


def _mean(total: float, n: int) -> float | None:
    return float(total) / n if n else None
