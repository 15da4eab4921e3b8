"""The bootstrap of a difference of medians, against plain resampling."""

from __future__ import annotations

from random import Random
from statistics import median, quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.drafts.measuring.bootstrap import median_difference

TIMES = st.lists(st.integers(0, 600), min_size=1, max_size=40)


@given(TIMES, TIMES)
def test_the_interval_is_ordered_and_within_what_was_seen(a: list[int], b: list[int]) -> None:
    found = median_difference(a, b, resamples=60)
    assert found.value == median(a) - median(b)
    assert min(a) - max(b) <= found.low <= found.high <= max(a) - min(b)


@given(TIMES, TIMES, st.integers(1, 500))
def test_a_longer_side_moves_the_whole_interval(a: list[int], b: list[int], by: int) -> None:
    before = median_difference(a, b, resamples=40)
    after = median_difference([each + by for each in a], b, resamples=40)
    assert after.value == before.value + by
    assert (after.low, after.high) == pytest.approx((before.low + by, before.high + by))


def test_the_same_data_give_the_same_interval() -> None:
    a, b = [at * at for at in range(40)], [30, 40, 60]
    assert median_difference(a, b) == median_difference(a[::-1], b[::-1])
    assert median_difference(a, b) != median_difference(a, b, seed=1)


def test_without_spread_there_is_no_doubt() -> None:
    found = median_difference([100] * 30, [40] * 30)
    assert (found.low, found.value, found.high) == (60, 60, 60)


def test_an_empty_side_has_no_median() -> None:
    with pytest.raises(ValueError, match="at least one"):
        median_difference([], [1])


@pytest.mark.parametrize("size", [9, 10])
def test_medians_are_drawn_as_plain_resampling_draws_them(size: int) -> None:
    chance = Random(7)
    data = [chance.lognormvariate(4, 0.6) for _ in range(size)]
    plain = [median(chance.choices(data, k=size)) for _ in range(6000)]
    drawn = quantiles(plain, n=40)
    found = median_difference(data, [0.0], resamples=6000)
    spread = drawn[-1] - drawn[0]
    assert found.low == pytest.approx(drawn[0], abs=0.06 * spread)
    assert found.high == pytest.approx(drawn[-1], abs=0.06 * spread)


def test_more_replies_narrow_the_interval() -> None:
    chance = Random(3)
    many = [chance.lognormvariate(4, 0.6) for _ in range(1000)]
    few = median_difference(many[:30], many[30:60])
    lots = median_difference(many[:500], many[500:])
    assert lots.high - lots.low < few.high - few.low
