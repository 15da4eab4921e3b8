"""How often a result is clicked at each position: a shop's own curve, shrunk to a prior."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

K = 300
"""How many impressions the prior is worth at each position."""
DEEPEST = 20
PRIOR = (
    *(0.285, 0.157, 0.110, 0.080, 0.072, 0.051, 0.040, 0.032, 0.028, 0.025),
    *(0.009, 0.0085, 0.008, 0.0075, 0.007, 0.0065, 0.006, 0.0055, 0.005, 0.0045),
)
"""Positions 1 to 10: SISTRIX, “Why (almost) everything you knew about Google CTR is no longer
valid” (2020, 80 million keywords). The same study gives page two less than one percent for each
position; it falls evenly here. A prior only: what the shop's own results show outweighs it."""
_STEP = 1.28  # standard deviations: four in five


@dataclass(frozen=True, slots=True)
class Point:
    """One result: its average position, and its clicks and impressions in the range."""

    position: float
    clicks: int
    impressions: int

    @property
    def rate(self) -> float:
        """Clicks per impression; 0 without any."""
        return self.clicks / self.impressions if self.impressions else 0.0


@dataclass(frozen=True, slots=True)
class Curve:
    """Click-through rates at positions 1 to 20, never rising."""

    rates: tuple[float, ...]

    def at(self, position: float) -> float:
        """The expected rate at an average position, between the whole ones by a straight line."""
        inside = min(max(position, 1.0), float(DEEPEST))
        below = int(inside)
        here = self.rates[below - 1]
        if below == DEEPEST:
            return here
        return here + (self.rates[below] - here) * (inside - below)


def fitted(points: Iterable[Point]) -> Curve:
    """The curve of `points` (without brand queries): (clicks + K·prior) / (impressions + K).

    Made non-increasing by pooling adjacent positions that rise, weighted by their impressions + K.
    """
    clicks, impressions = [0] * DEEPEST, [0] * DEEPEST
    for point in points:
        at = int(point.position + 0.5)
        if 1 <= at <= DEEPEST:
            clicks[at - 1] += point.clicks
            impressions[at - 1] += point.impressions
    weights = [float(each + K) for each in impressions]
    rates = [
        (done + K * prior) / weight
        for done, prior, weight in zip(clicks, PRIOR, weights, strict=True)
    ]
    return Curve(tuple(_falling(rates, weights)))


def upside(point: Point, curve: Curve) -> tuple[float, float]:
    """Clicks more in the range when the result rises by one place (low) and by three (high).

    impressions × max(0, curve(target) − ctr now), where "now" is at least what the curve gives
    the present position: what a better snippet alone would bring is not counted here.
    """
    now = max(point.rate, curve.at(point.position))
    low, high = (
        point.impressions * max(0.0, curve.at(max(1.0, point.position - places)) - now)
        for places in (1, 3)
    )
    return low, high


def shortfall(point: Point, curve: Curve) -> tuple[float, float]:
    """Clicks more in the range when the result is clicked as often as others at its position.

    High is what is missing now; low allows that four times in five chance explains a part.
    """
    expected = point.impressions * curve.at(point.position)
    missing = max(0.0, expected - point.clicks)
    chance = _STEP * sqrt(expected * (1 - curve.at(point.position)))
    return max(0.0, missing - chance), missing


def z_score(point: Point, expected: float) -> float:
    """How far the clicks lie from `expected` × impressions, in binomial standard deviations."""
    spread = sqrt(point.impressions * expected * (1 - expected))
    return (point.clicks - point.impressions * expected) / spread if spread else 0.0


def _falling(rates: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Pool adjacent violators: the closest non-increasing sequence by weighted squares."""
    pools: list[tuple[float, float, int]] = []
    for rate, weight in zip(rates, weights, strict=True):
        pool = (rate, weight, 1)
        while pools and pools[-1][0] < pool[0]:
            pool = _joined(pools.pop(), pool)
        pools.append(pool)
    return [rate for rate, _, size in pools for _ in range(size)]


def _joined(
    first: tuple[float, float, int], second: tuple[float, float, int]
) -> tuple[float, float, int]:
    weight = first[1] + second[1]
    return (first[0] * first[1] + second[0] * second[1]) / weight, weight, first[2] + second[2]
