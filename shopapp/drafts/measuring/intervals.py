"""Intervals of shares: how sure a count out of few is, alone and against another."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, sqrt
from statistics import NormalDist

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `n` and the interval the true share lies in, all from 0 to 1 (or −1 to 1)."""

    count: int
    n: int
    value: float
    low: float
    high: float


def share(count: int, n: int, *, level: float = LEVEL) -> Share:
    """The Wilson score interval (Wilson 1927, JASA 22: 209-212); the whole range when n is 0."""
    if n == 0:
        return Share(0, 0, 0.0, 0.0, 1.0)
    z, p = NormalDist().inv_cdf((1 + level) / 2), count / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low = 0.0 if count == 0 else max(0.0, middle - half)
    return Share(count, n, p, low, 1.0 if count == n else min(1.0, middle + half))


def difference(a: Share, b: Share) -> tuple[float, float]:
    """Where a − b lies: Newcombe's hybrid score interval (1998, Statistics in Medicine 17: 873)."""
    value = a.value - b.value
    low = value - hypot(a.value - a.low, b.high - b.value)
    high = value + hypot(a.high - a.value, b.value - b.low)
    return max(-1.0, low), min(1.0, high)


def shared_level(comparisons: int, *, level: float = LEVEL) -> float:
    """The level each of several intervals needs so that all of them hold at `level` together.

    Bonferroni: 1 − (1 − level) / comparisons.
    """
    return 1 - (1 - level) / max(comparisons, 1)
