"""The click curve: known answers, and what holds whatever the figures are."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.seo import ctr
from shopapp.seo.ctr import PRIOR, K, Point, fitted, shortfall, upside, z_score

POINTS = st.lists(
    st.integers(0, 50_000).flatmap(
        lambda seen: st.builds(Point, st.floats(1, 60), st.integers(0, seen), st.just(seen))
    ),
    max_size=40,
)


def test_without_data_the_curve_is_the_prior() -> None:
    assert fitted([]).rates == pytest.approx(PRIOR)


def test_three_hundred_impressions_weigh_as_much_as_the_prior() -> None:
    curve = fitted([Point(10.0, 0, K)])
    assert curve.at(10.0) == pytest.approx(PRIOR[9] / 2)


def test_many_impressions_outweigh_the_prior() -> None:
    curve = fitted([Point(8.2, 600, 60_000)])
    assert curve.at(8.0) == pytest.approx(0.0101, abs=0.0003)


def test_a_rise_is_pooled_with_its_neighbour() -> None:
    curve = fitted([Point(10.0, 0, 9_700), Point(11.0, 300, 9_700)])
    pooled = (K * PRIOR[9] + K * PRIOR[10] + 300) / 20_000
    assert curve.rates[9] == curve.rates[10] == pytest.approx(pooled)


def test_between_two_positions_the_rate_lies_on_a_line() -> None:
    assert fitted([]).at(1.5) == pytest.approx((0.285 + 0.157) / 2)
    assert fitted([]).at(0.2) == PRIOR[0]
    assert fitted([]).at(90) == PRIOR[-1]


def test_the_upside_goes_one_to_three_places_up() -> None:
    low, high = upside(Point(8.0, 32, 1_000), fitted([]))
    assert (low, high) == (pytest.approx(8.0), pytest.approx(40.0))


def test_who_is_clicked_more_than_the_place_above_gains_nothing_from_it() -> None:
    low, high = upside(Point(8.0, 45, 1_000), fitted([]))
    assert low == 0
    assert high == pytest.approx(27.0)


def test_a_seldom_clicked_result_gains_no_more_by_rising_than_a_usual_one() -> None:
    curve = fitted([])
    assert upside(Point(8.0, 0, 1_000), curve) == upside(Point(8.0, 32, 1_000), curve)


def test_what_is_missing_lies_between_chance_and_all_of_it() -> None:
    low, high = shortfall(Point(4.0, 20, 1_000), fitted([]))
    assert high == pytest.approx(60.0)
    assert low == pytest.approx(60 - 1.28 * (1_000 * 0.08 * 0.92) ** 0.5)


def test_the_test_is_binomial() -> None:
    assert z_score(Point(1, 30, 1_000), 0.05) == pytest.approx(-20 / 47.5**0.5)
    assert z_score(Point(1, 0, 0), 0.05) == 0


@given(POINTS)
def test_a_curve_never_rises_and_stays_a_rate(points: list[Point]) -> None:
    rates = fitted(points).rates
    assert len(rates) == ctr.DEEPEST
    assert all(first >= second for first, second in pairwise(rates))
    assert all(0 <= rate <= 1 for rate in rates)


@given(POINTS, st.floats(1, 40), st.integers(0, 5_000))
def test_an_estimate_is_a_range_within_the_impressions(
    points: list[Point], position: float, clicks: int
) -> None:
    point, curve = Point(position, clicks, 5_000), fitted(points)
    for low, high in (upside(point, curve), shortfall(point, curve)):
        assert 0 <= low <= high <= 5_000


@given(st.floats(2, 20), st.floats(0, 1))
def test_a_result_with_no_impressions_promises_nothing(position: float, share: float) -> None:
    assert upside(Point(position - share, 0, 0), fitted([])) == (0, 0)
