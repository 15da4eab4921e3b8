"""Velocity by hand: rates, stock-outs, caps, and what holds for any history."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.inventory.velocity import LEAST_DAYS, SPAN, YOUNGEST, History, cap, measured

TODAY = date(2026, 11, 20)


def ago(days: int) -> date:
    """1 is yesterday, the last day that is over."""
    return TODAY - timedelta(days=days)


def steady(days: int, units: int = 2) -> dict[date, int]:
    return {ago(day): units for day in range(1, days + 1)}


def rates(history: History) -> dict[int, float]:
    return {window.days: window.rate for window in measured(history).windows}


def test_what_sells_the_same_every_day_sells_that_in_every_window() -> None:
    found = measured(History(TODAY, steady(120)))
    assert [window.rate for window in found.windows] == [2, 2, 2]
    assert [window.in_stock_days for window in found.windows] == [7, 30, 90]
    assert found.rate == pytest.approx(2)
    assert found.sd == 0
    assert found.last_sale == ago(1)


def test_today_is_not_over_and_does_not_count() -> None:
    assert measured(History(TODAY, steady(30) | {TODAY: 50})).rate == pytest.approx(2)


def test_the_blended_rate_halves_a_days_weight_in_thirty_days() -> None:
    days = 60
    sold = {ago(1): 3, ago(31): 3, ago(days): 3}
    weights = [2 ** (-age / 30) for age in range(days)]
    expected = 3 * (weights[0] + weights[30] + weights[59]) / sum(weights)
    assert measured(History(TODAY, sold)).rate == pytest.approx(expected)


def test_the_deviation_counts_days_without_sales() -> None:
    sold = {ago(day): 4 for day in range(1, 91, 2)}  # every other day of ninety
    assert measured(History(TODAY, sold, began=ago(400))).sd == pytest.approx(
        math.sqrt(90 * 4 / 89)  # mean 2, each day 2 away from it
    )


def test_days_that_a_snapshot_saw_empty_are_left_out() -> None:
    sold = {ago(day): 2 for day in range(11, 31)}
    empty = {ago(day): False for day in range(1, 11)}
    found = measured(History(TODAY, sold, empty, began=ago(30)))
    assert found.windows[1].in_stock_days == 20
    assert found.windows[1].rate == 2
    assert found.out_days == 10


def test_a_day_with_sales_was_in_stock_whatever_its_snapshot_says() -> None:
    empty = {ago(day): False for day in range(1, 8)}
    found = measured(History(TODAY, steady(30), empty))
    assert found.windows[0].in_stock_days == 7
    assert found.rate == pytest.approx(2)


def test_what_oversells_is_never_out_of_stock() -> None:
    empty = {ago(day): False for day in range(1, 11)}
    sold = {ago(day): 3 for day in range(11, 31)}
    assert rates(History(TODAY, sold, empty, oversells=True))[30] == 2


def test_a_window_with_too_few_days_in_stock_looks_further_back() -> None:
    sold = {ago(day): 2 for day in range(11, 31)}
    empty = {ago(day): False for day in range(1, 11)}
    window = measured(History(TODAY, sold, empty, began=ago(90))).windows[0]
    assert (window.days, window.span, window.in_stock_days) == (7, 10 + LEAST_DAYS, LEAST_DAYS)
    assert window.rate == 2


def test_a_quiet_end_is_a_stockout_when_nothing_is_left_and_it_sold_well() -> None:
    sold = {ago(day): 2 for day in range(6, 31)}
    assert rates(History(TODAY, sold, is_empty=True))[30] == 2
    assert rates(History(TODAY, sold, is_empty=False))[30] == pytest.approx(50 / 30)


def test_a_quiet_end_is_no_stockout_when_it_may_well_be_chance() -> None:
    sold = {ago(30): 1, ago(20): 1, ago(10): 1}  # 0.1 a day: exp(-0.9) is no proof
    assert rates(History(TODAY, sold, is_empty=True))[30] == pytest.approx(0.1)


def test_a_quiet_run_beside_an_empty_snapshot_is_a_stockout_too() -> None:
    sold = {ago(day): 2 for day in range(1, 41) if not 10 <= day <= 15}
    found = measured(History(TODAY, sold, {ago(10): False}))
    assert found.windows[1].in_stock_days == 24
    assert found.rate == pytest.approx(2)


def test_a_variant_on_sale_for_a_few_days_is_judged_over_a_fortnight() -> None:
    assert rates(History(TODAY, {ago(1): 7}))[7] == 1
    assert rates(History(TODAY, {ago(1): 7}))[90] == 7 / YOUNGEST
    assert rates(History(TODAY, steady(20)))[90] == 2


def test_an_earlier_beginning_makes_a_slow_seller_slow() -> None:
    assert rates(History(TODAY, {ago(20): 9}, began=ago(700)))[90] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("units", "most"),
    [
        ([], 20),
        ([1], 20),
        ([3] * 19 + [500], 30),  # by rank the 95th of 20 is the nineteenth
        ([1] * 99 + [1000], 20),
        ([4] * 10 + [500], 5000),  # too few days to call one of them odd
    ],
)
def test_a_day_far_above_the_usual_is_capped(units: list[int], most: int) -> None:
    assert cap(units) == most


def test_what_was_capped_is_named() -> None:
    sold = steady(60, 3) | {ago(5): 500}
    found = measured(History(TODAY, sold))
    assert found.capped == ((ago(5), 500, 30),)
    assert found.windows[1].rate == (29 * 3 + 30) / 30


def test_nothing_known_is_nothing_sold() -> None:
    found = measured(History(TODAY, {}))
    assert (found.rate, found.sd, found.last_sale) == (0, 0, None)
    assert [(window.rate, window.in_stock_days) for window in found.windows] == [(0, 0)] * 3


days = st.integers(1, SPAN).map(ago)
sales = st.dictionaries(days, st.integers(1, 20), max_size=60)
shelves = st.dictionaries(days, st.booleans(), max_size=60)


@given(sales, shelves, st.booleans(), st.booleans())
def test_whatever_happened_the_rate_lies_between_nothing_and_the_best_day(
    sold: dict[date, int], stocked: dict[date, bool], is_empty: bool, oversells: bool
) -> None:
    found = measured(History(TODAY, sold, stocked, None, is_empty, oversells))
    best = max(sold.values(), default=0)
    for rate in (found.rate, *(window.rate for window in found.windows)):
        assert -1e-9 <= rate <= best + 1e-9
    for window in found.windows:
        assert 0 <= window.in_stock_days <= window.span
    assert found.sd >= 0


@given(sales, shelves)
def test_days_out_of_stock_never_make_a_variant_slower(
    sold: dict[date, int], stocked: dict[date, bool]
) -> None:
    seen = dict.fromkeys(stocked, True)
    with_gaps = measured(History(TODAY, sold, stocked))
    without = measured(History(TODAY, sold, seen))
    assert with_gaps.rate >= without.rate - 1e-9


@given(sales, st.integers(2, 5))
def test_twice_the_sales_are_twice_the_rate(sold: dict[date, int], times: int) -> None:
    small = dict.fromkeys(sold, 1)
    large = dict.fromkeys(sold, times)
    expected = times * measured(History(TODAY, small)).rate
    assert measured(History(TODAY, large)).rate == pytest.approx(expected)
