"""Totals are exact: what is printed adds up to what is printed, in every currency."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.purchasing import numbers
from shopapp.purchasing.checks import doubts, order_doubt, price
from shopapp.purchasing.totals import line_total, precision, totals

CURRENCIES = st.sampled_from(["EUR", "USD", "JPY", "KWD"])
COSTS = st.integers(0, 10**10).map(lambda units: Decimal(units) / 10_000)
LINES = st.lists(st.tuples(st.integers(0, 1_000_000), COSTS), max_size=40)


@given(LINES, st.integers(0, 10**6), CURRENCIES)
def test_printed_lines_add_up_to_the_printed_total(
    lines: list[tuple[int, Decimal]], shipping: int, currency: str
) -> None:
    delivery = Decimal(shipping).scaleb(-precision(currency))
    found = totals(lines, delivery, currency)
    assert sum(found.lines, Decimal(0)) == found.subtotal
    assert found.subtotal + delivery == found.total
    for (quantity, cost), printed in zip(lines, found.lines, strict=True):
        step = Fraction(1, 10 ** precision(currency))
        assert Fraction(printed) % step == 0
        assert abs(Fraction(printed) - quantity * Fraction(cost)) <= step / 2


def test_half_a_cent_is_rounded_up() -> None:
    assert line_total(1, Decimal("4.125"), "EUR") == Decimal("4.13")
    assert line_total(3, Decimal("0.5"), "JPY") == 2
    assert totals([], Decimal(0), "EUR").total == 0


@given(COSTS)
def test_an_amount_as_it_is_shown_is_read_as_itself(cost: Decimal) -> None:
    shown = numbers.plain(min(cost, numbers.MOST_MONEY))
    assert numbers.amount(shown) == min(cost, numbers.MOST_MONEY)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("4.1", "4.1"),
        ("4,10", "4.1"),
        (" 1 204.5 ", "1204.5"),
        ("1,204.50", "1204.5"),
        ("0,125", "0.125"),
    ],
)
def test_money_is_read_as_people_type_it(typed: str, value: str) -> None:
    assert numbers.amount(typed) == Decimal(value)


@pytest.mark.parametrize("typed", ["", "-1", "1e3", "NaN", "1,204", "٣", "1.23456", "9" * 12])
def test_what_may_mean_two_amounts_or_none_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"[A-Z].*\."):
        numbers.amount(typed)


@pytest.mark.parametrize("typed", ["", "0", "1.5", "-3", "1000001", "٣", "1,00", "x"])
def test_a_quantity_is_a_whole_number_of_one_or_more(typed: str) -> None:
    with pytest.raises(ValueError, match="Enter a whole number"):
        numbers.quantity(typed)
    assert numbers.quantity("1,200") == 1200


def test_a_line_is_doubted_for_minimum_pack_and_cost() -> None:
    cost = Decimal("4.10")
    assert doubts(24, cost, "EUR", minimum=12, pack=12, last_cost=cost) == []
    found = doubts(10, cost, "EUR", minimum=12, pack=6, last_cost=Decimal("3.9"))
    assert found == [
        "The vendor takes 12 or more.",
        "Sold in packs of 6: 6 or 12 would fit.",
        "Last ordered at €3.90.",
    ]
    assert doubts(3, Decimal(0), "EUR", pack=6) == [
        "Sold in packs of 6: 6 would fit.",
        "The cost is 0.",
    ]


def test_an_order_below_the_minimum_says_what_lacks() -> None:
    assert order_doubt(Decimal(150), Decimal(150), "EUR", "Mill") == ""
    assert order_doubt(Decimal(100), None, "EUR", "Mill") == ""
    said = order_doubt(Decimal("120.5"), Decimal(150), "EUR", "Mill")
    assert said == "€29.50 short of Mill’s order minimum of €150.00."


def test_a_unit_cost_shows_all_its_places() -> None:
    assert price(Decimal("0.125"), "EUR") == "€0.125"
    assert price(Decimal("12.5"), "JPY") == "¥12.5"
    assert price(Decimal("4.1"), "EUR") == "€4.10"
