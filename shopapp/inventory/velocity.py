"""How fast a variant sells: rates over in-stock days, from a sparse history. Pure arithmetic."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

WINDOWS = (7, 30, 90)
SPAN = 365
"""Days looked back: the weight of an older day is below 2^-12."""
HALF_LIFE = 30.0
LEAST_DAYS = 3
YOUNGEST = 14
"""A variant that first sold yesterday is judged as if it had been on sale for this many days."""
_DOUBT = 0.01
_FLOOR, _TIMES, _RANK = 20, 10, 0.95


@dataclass(frozen=True, slots=True)
class History:
    """What is known of one variant before `as_of`, the first day that is not over.

    `sold` holds units by day, only days with sales. `stocked` says of days with a snapshot whether
    anything was available. `began` is the day of its first sale ever, or None. `is_empty` says
    that nothing is left at the end; `oversells` that it sells on without stock.
    """

    as_of: date
    sold: Mapping[date, int]
    stocked: Mapping[date, bool] = field(default_factory=dict)
    began: date | None = None
    is_empty: bool = False
    oversells: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """Units a day over the last `days`; `span` is longer where too few of them were in stock."""

    days: int
    span: int
    in_stock_days: int
    rate: float


@dataclass(frozen=True, slots=True)
class Velocity:
    """`rate` is the blended rate in units a day, `sd` that of daily units on in-stock days.

    `in_stock_days` and `out_days` count the last 90 days; `capped` are (day, units, counted as).
    """

    windows: tuple[Window, ...]
    rate: float
    sd: float
    in_stock_days: int
    out_days: int
    capped: tuple[tuple[date, int, int], ...]
    last_sale: date | None


def measured(history: History) -> Velocity:
    """The variant's velocity as of a day.

    A day counts when the variant could be bought: it sold, its snapshot says so, or nothing is
    known about it. Blended rate: Σ wS / Σ w over in-stock days, w = 2^(-age/30), age 0 the day
    before `as_of`: an exponentially weighted mean (Brown 1956) on in-stock days.
    """
    life = _life(history)
    sold, capped = _sold(history, life)
    outs = _outs(history, sold, life)
    windows = tuple(_window(days, sold, outs, life) for days in WINDOWS)
    longest = windows[-1]
    return Velocity(
        windows,
        _blended(sold, outs, life),
        _sd(sold, longest),
        longest.in_stock_days,
        bisect_left(outs, longest.span),
        capped,
        max(history.sold, default=None),
    )


def cap(units: Sequence[int]) -> int:
    """The most units of one day that count: max(20, ten times the 95th percentile, by rank)."""
    if not units:
        return _FLOOR
    ranked = sorted(units)
    return max(_FLOOR, _TIMES * ranked[math.ceil(_RANK * len(ranked)) - 1])


def _life(history: History) -> int:
    """How many days back the variant was on sale, at most SPAN; 0 when nothing is known of it."""
    known = [*history.sold, *history.stocked, *filter(None, [history.began])]
    if not known:
        return 0
    return min(max((history.as_of - min(known)).days, YOUNGEST), SPAN)


def _sold(history: History, life: int) -> tuple[dict[int, int], tuple[tuple[date, int, int], ...]]:
    """Units by age in days (0: yesterday), capped, and what was capped."""
    most = cap(list(history.sold.values()))
    aged = {_age(history, day): units for day, units in sorted(history.sold.items())}
    capped = tuple(
        (history.as_of - timedelta(days=age + 1), units, most)
        for age, units in aged.items()
        if units > most and 0 <= age < life
    )
    return {age: min(units, most) for age, units in aged.items() if 0 <= age < life}, capped


def _outs(history: History, sold: Mapping[int, int], life: int) -> list[int]:
    """The ages of days out of stock, ascending."""
    if history.oversells:
        return []
    known = {_age(history, day): stocked for day, stocked in history.stocked.items()}
    outs = {age for age, stocked in known.items() if not stocked and age not in sold}
    ends = sorted(outs) + [-1] * history.is_empty
    for run in [_run(end, step, sold, known, life) for end in ends for step in (1, -1)]:
        days = life - len(outs.union(run))
        if run and days > 0 and math.exp(-sum(sold.values()) / days * len(run)) < _DOUBT:
            outs.update(run)
    return sorted(age for age in outs if 0 <= age < life)


def _run(
    end: int, step: int, sold: Mapping[int, int], known: Mapping[int, bool], life: int
) -> list[int]:
    """The days without sale or snapshot that touch `end`, a moment without stock."""
    return list(_quiet(end + step, step, sold, known, life))


def _quiet(
    age: int, step: int, sold: Mapping[int, int], known: Mapping[int, bool], life: int
) -> Iterator[int]:
    while 0 <= age < life and age not in sold and age not in known:
        yield age
        age += step


def _window(days: int, sold: Mapping[int, int], outs: Sequence[int], life: int) -> Window:
    span = min(days, life)
    while span < life and span - bisect_left(outs, span) < LEAST_DAYS:
        span += 1
    in_stock = span - bisect_left(outs, span)
    units = sum(number for age, number in sold.items() if age < span)
    return Window(days, span, in_stock, units / in_stock if in_stock else 0.0)


def _blended(sold: Mapping[int, int], outs: Sequence[int], life: int) -> float:
    ratio = 2 ** (-1 / HALF_LIFE)
    weight = (1 - ratio**life) / (1 - ratio) - sum(ratio**age for age in outs)
    units = sum(number * ratio**age for age, number in sold.items())
    return units / weight if units else 0.0


def _sd(sold: Mapping[int, int], window: Window) -> float:
    """The sample standard deviation of daily units, days without sale included."""
    count = window.in_stock_days
    if count < 2:
        return 0.0
    units = [number for age, number in sold.items() if age < window.span]
    squares = sum(number * number for number in units) - sum(units) ** 2 / count
    return math.sqrt(max(squares, 0.0) / (count - 1))


def _age(history: History, day: date) -> int:
    return (history.as_of - day).days - 1
