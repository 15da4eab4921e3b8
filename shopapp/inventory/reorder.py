"""When to order and how much: cover, stock-out dates, the classic reorder point. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

SERVICE_LEVEL = 0.95
TARGET_DAYS = 30.0
"""Days of sales an order is meant to last, once it has come in."""
METHOD = "classic formula"
_FURTHEST = 3650


@dataclass(frozen=True, slots=True)
class LeadTime:
    """Days from order to arrival, and their standard deviation."""

    mean: float
    sd: float = 0.0
    is_assumed: bool = False


ASSUMED = LeadTime(14.0, is_assumed=True)
"""For a vendor whose lead time nobody has said."""


@dataclass(frozen=True, slots=True)
class Levels:
    """Units: order at `point` or below, up to `up_to`; `safety` is the part kept for surprises."""

    safety: int
    point: int
    up_to: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Units: what lacks, and the order it becomes with the vendor's minimum and packs."""

    need: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """`units` that can be sold from day `after` on (0: today)."""

    after: int
    units: int


def levels(
    rate: float,
    sd: float,
    lead: LeadTime,
    *,
    service: float = SERVICE_LEVEL,
    target_days: float = TARGET_DAYS,
) -> Levels:
    """The classic formula, from units a day and their standard deviation.

    SS = z·√(L·σd² + v²·σL²), ROP = v·L + SS (Silver, Pyke and Thomas, 2017, ch. 6: independent
    days, normal demand over the lead time); the order-up-to level adds v × target days.
    """
    z = NormalDist().inv_cdf(service)
    safety = z * math.sqrt(lead.mean * sd**2 + (rate * lead.sd) ** 2)
    point = rate * lead.mean + safety
    return Levels(_up(safety), _up(point), _up(point + rate * target_days))


def suggested(
    available: int, incoming: int, levels: Levels, *, minimum: int = 0, pack: int = 0
) -> Suggestion:
    """What to order. Negative `available` is backlog; a minimum or pack never makes an order."""
    position = available + incoming
    need = levels.up_to - position
    if position > levels.point or need <= 0:
        return Suggestion(0, 0)
    quantity = max(need, minimum)
    return Suggestion(need, -(-quantity // pack) * pack if pack > 1 else quantity)


def days_of_cover(units: int, rate: float) -> float | None:
    """How many days `units` last at `rate`; None when nothing sells."""
    return max(units, 0) / rate if rate > 0 else None


def days_until_empty(
    available: int, rate: float, sd: float, arrivals: Sequence[Arrival] = (), *, risk: float
) -> int | None:
    """The first day (1: today) by whose end demand exceeds stock with probability `risk` or more.

    Demand over t days is taken as normal with mean v·t and variance t·σ², so its quantile is
    v·t + z·σ·√t with z of 1 - risk. None: never within ten years.
    """
    if rate <= 0:
        return None
    z = NormalDist().inv_cdf(1 - risk)
    stock, earliest = available, 1
    for arrival in sorted(arrivals, key=lambda each: each.after):
        empty = max(_first_day(stock, rate, z * sd), earliest)
        if empty <= arrival.after:
            break
        stock, earliest = stock + arrival.units, max(earliest, arrival.after + 1)
    found = max(_first_day(stock, rate, z * sd), earliest)
    return found if found <= _FURTHEST else None


def _first_day(stock: int, rate: float, spread: float) -> int:
    """The smallest whole t ≥ 1 with rate·t + spread·√t > stock.

    The root of a quadratic in √t, the larger one where demand falls at first (spread < 0).
    """
    if stock < 0:
        return 1
    root = (-spread + math.sqrt(spread**2 + 4 * rate * stock)) / (2 * rate)
    return max(math.floor(root**2 + 1e-9) + 1, 1)


def _up(units: float) -> int:
    return math.ceil(units - 1e-9)
