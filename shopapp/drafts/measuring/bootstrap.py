"""Bootstrap: how sure the difference of two medians is, without assuming a shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from statistics import median

RESAMPLES = 2_000
LEVEL = 0.95
SEED = 20


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with the interval it lies in; all three in the unit of the data."""

    value: float
    low: float
    high: float


def median_difference(
    more: Sequence[float],
    less: Sequence[float],
    *,
    resamples: int = RESAMPLES,
    level: float = LEVEL,
    seed: int = SEED,
) -> Estimate:
    """median(more) − median(less) with its percentile bootstrap interval.

    Percentile interval: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
    The same data and seed give the same interval. Raises ValueError when a side is empty.
    """
    if not more or not less:
        message = "a median needs at least one value"
        raise ValueError(message)
    chance = Random(seed)
    a, b = sorted(more), sorted(less)
    drawn = sorted(_resampled(a, chance) - _resampled(b, chance) for _ in range(resamples))
    rest = (1 - level) / 2
    return Estimate(median(a) - median(b), _quantile(drawn, rest), _quantile(drawn, 1 - rest))


def _resampled(ordered: Sequence[float], chance: Random) -> float:
    """The median of one resample, drawn directly instead of by drawing and sorting n values.

    The k-th of n values drawn with replacement is the one at ⌊n·U₍ₖ₎⌋, with U₍ₖ₎ the k-th of n
    uniform numbers: Beta(k, n − k + 1); the one below it is U₍ₖ₎ times the largest of k − 1 uniform
    numbers (Devroye, Non-Uniform Random Variate Generation, 1986, chapter V.3).
    """
    n = len(ordered)
    k = n // 2 + 1
    upper = chance.betavariate(k, n - k + 1)
    middle = ordered[min(int(n * upper), n - 1)]
    if n % 2:
        return middle
    lower = upper * chance.random() ** (1 / (k - 1))
    return (ordered[min(int(n * lower), n - 1)] + middle) / 2


def _quantile(ordered: Sequence[float], share: float) -> float:
    at = share * (len(ordered) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (at - below)
