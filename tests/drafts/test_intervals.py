"""Intervals of shares, with the published examples."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.drafts.measuring.intervals import difference, share, shared_level

COUNTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(COUNTS, st.floats(0.5, 0.999))
def test_a_share_lies_in_its_interval(counts: tuple[int, int], level: float) -> None:
    found = share(*counts, level=level)
    assert 0 <= found.low <= found.value <= found.high <= 1


@given(COUNTS)
def test_the_other_share_has_the_mirrored_interval(counts: tuple[int, int]) -> None:
    count, n = counts
    one, other = share(count, n), share(n - count, n)
    assert (one.low, one.high) == pytest.approx((1 - other.high, 1 - other.low))


@given(COUNTS, COUNTS)
def test_a_difference_lies_in_its_interval(a: tuple[int, int], b: tuple[int, int]) -> None:
    low, high = difference(share(*a), share(*b))
    assert -1 <= low <= share(*a).value - share(*b).value + 1e-12
    assert share(*a).value - share(*b).value - 1e-12 <= high <= 1


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17: 857-872, table I, method 3
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilsons_interval_is_the_published_one(count: int, n: int, low: float, high: float) -> None:
    found = share(count, n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("a", "b", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17: 873-890, table II, method 10
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1),
    ],
)
def test_newcombes_difference_is_the_published_one(
    a: tuple[int, int], b: tuple[int, int], low: float, high: float
) -> None:
    assert difference(share(*a), share(*b)) == pytest.approx((low, high), abs=5e-5)


def test_nothing_seen_may_be_anything() -> None:
    found = share(0, 0)
    assert (found.low, found.high) == (0, 1)


def test_many_looks_ask_for_more_each() -> None:
    assert shared_level(1) == pytest.approx(0.95)
    assert shared_level(10) == pytest.approx(0.995)
    assert share(5, 20, level=shared_level(10)).low < share(5, 20).low
