"""Reorder arithmetic by hand, and what holds for any figures."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.inventory.reorder import (
    Arrival,
    LeadTime,
    Levels,
    days_of_cover,
    days_until_empty,
    levels,
    suggested,
)

Z95 = 1.6448536269514722


def test_the_classic_formula_by_hand() -> None:
    # v 4, σd 3, L 21 ± 5: SS = z √(21·9 + 16·25), ROP = 84 + SS
    found = levels(4, 3, LeadTime(21, 5))
    safety = Z95 * math.sqrt(589)
    assert found == Levels(math.ceil(safety), math.ceil(84 + safety), math.ceil(84 + safety + 120))
    assert found.safety == 40


def test_a_sure_vendor_and_even_sales_need_no_safety_stock() -> None:
    assert levels(2, 0, LeadTime(10)) == Levels(0, 20, 80)


def test_what_does_not_sell_is_not_ordered() -> None:
    nothing = levels(0, 0, LeadTime(14))
    assert nothing == Levels(0, 0, 0)
    assert suggested(0, 0, nothing, minimum=50, pack=12).quantity == 0


LEVELS = Levels(10, 50, 110)


@pytest.mark.parametrize(
    ("available", "incoming", "need"),
    [(51, 0, 0), (50, 0, 60), (10, 41, 0), (10, 40, 60), (0, 0, 110), (-5, 0, 115), (200, 0, 0)],
)
def test_an_order_is_due_at_the_reorder_point_with_what_is_on_its_way(
    available: int, incoming: int, need: int
) -> None:
    found = suggested(available, incoming, LEVELS)
    assert (found.need, found.quantity) == (need, need)


@pytest.mark.parametrize(
    ("minimum", "pack", "quantity"),
    [(0, 0, 60), (0, 1, 60), (0, 24, 72), (100, 0, 100), (100, 24, 120), (10, 60, 60)],
)
def test_a_due_order_is_rounded_up_to_minimum_and_pack(
    minimum: int, pack: int, quantity: int
) -> None:
    assert suggested(50, 0, LEVELS, minimum=minimum, pack=pack).quantity == quantity


def test_a_minimum_never_makes_an_order() -> None:
    assert suggested(60, 0, LEVELS, minimum=500, pack=100).quantity == 0


def test_cover_is_stock_by_rate() -> None:
    assert days_of_cover(9, 4.5) == 2
    assert days_of_cover(-3, 4.5) == 0
    assert days_of_cover(9, 0) is None


@pytest.mark.parametrize(("stock", "day"), [(0, 1), (1, 1), (2, 2), (3, 2), (20, 11), (-4, 1)])
def test_the_middle_date_is_the_first_day_with_more_demand_than_stock(stock: int, day: int) -> None:
    assert days_until_empty(stock, 2, 5, risk=0.5) == day


def test_the_early_and_late_dates_by_hand() -> None:
    # 2t ± 3.845√t: 39.9 and 42.4 on days 13 and 14, 38.9 and 40.6 on days 30 and 31
    assert days_until_empty(40, 2, 3, risk=0.1) == 14
    assert days_until_empty(40, 2, 3, risk=0.9) == 31


def test_an_arrival_in_time_moves_the_date() -> None:
    assert days_until_empty(20, 2, 0, [Arrival(5, 20)], risk=0.5) == 21
    assert days_until_empty(20, 2, 0, [Arrival(15, 20)], risk=0.5) == 11
    assert days_until_empty(0, 2, 0, [Arrival(0, 20)], risk=0.5) == 11


def test_what_does_not_sell_never_runs_out() -> None:
    assert days_until_empty(5, 0, 0, risk=0.5) is None
    assert days_until_empty(10_000_000, 0.1, 0, risk=0.5) is None


rates = st.floats(0.01, 200)
deviations = st.floats(0, 200)
leads = st.builds(LeadTime, st.floats(1, 120), st.floats(0, 60))
units = st.integers(-500, 5000)


@given(rates, deviations, leads)
def test_levels_stand_in_order(rate: float, sd: float, lead: LeadTime) -> None:
    found = levels(rate, sd, lead)
    assert 0 <= found.safety <= found.point <= found.up_to


@given(st.builds(levels, rates, deviations, leads), units, st.integers(0, 500), st.integers(0, 80))
def test_once_ordered_nothing_more_is_suggested(
    wanted: Levels, available: int, minimum: int, pack: int
) -> None:
    first = suggested(available, 0, wanted, minimum=minimum, pack=pack)
    assert first.quantity >= first.need >= 0
    assert pack <= 1 or first.quantity % pack == 0
    again = suggested(available, first.quantity, wanted, minimum=minimum, pack=pack)
    assert again.quantity == 0 or first.quantity == 0


@given(units, rates, deviations, st.integers(0, 300), st.integers(1, 3000))
def test_the_dates_stand_in_order_and_an_arrival_never_hastens_them(
    stock: int, rate: float, sd: float, after: int, arriving: int
) -> None:
    dates = [days_until_empty(stock, rate, sd, risk=risk) or 9999 for risk in (0.1, 0.5, 0.9)]
    assert 1 <= dates[0] <= dates[1] <= dates[2]
    later = days_until_empty(stock, rate, sd, [Arrival(after, arriving)], risk=0.5) or 9999
    assert later >= dates[1]
