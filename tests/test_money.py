"""Money: exact, of one currency, and written as people read it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.money import CurrencyMismatch, Money, exact, formatted

amounts = st.decimals(-(10**12), 10**12, places=4)


@given(amounts, amounts)
def test_adding_and_taking_away_is_exact(one: Decimal, other: Decimal) -> None:
    assert Money(one, "EUR") + Money(other, "EUR") - Money(other, "EUR") == Money(one, "EUR")


@given(amounts, st.integers(0, 1000))
def test_a_quantity_multiplies_exactly(price: Decimal, quantity: int) -> None:
    assert (Money(price, "EUR") * quantity).amount == price * quantity


def test_a_tenth_and_two_tenths_are_three_tenths() -> None:
    total = Money(Decimal("0.1"), "EUR") + Money(Decimal("0.2"), "EUR")
    assert total == Money(Decimal("0.3"), "EUR")


@pytest.mark.parametrize("verb", ["__add__", "__sub__", "__lt__"])
def test_two_currencies_do_not_mix(verb: str) -> None:
    with pytest.raises(CurrencyMismatch, match="EUR and JPY cannot be combined"):
        getattr(Money(Decimal(1), "EUR"), verb)(Money(Decimal(1), "JPY"))


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("1.005", "EUR", "1.00"),
        ("1.015", "EUR", "1.02"),
        ("900.5", "JPY", "900"),
        ("901.5", "JPY", "902"),
        ("1.23456", "KWD", "1.235"),
    ],
)
def test_rounding_is_half_to_even_at_the_currencys_precision(
    amount: str, currency: str, rounded: str
) -> None:
    assert Money(Decimal(amount), currency).rounded().amount == Decimal(rounded)


@pytest.mark.parametrize(
    ("value", "kept"), [("0.00005", "0.0000"), ("0.00015", "0.0002"), (7, "7.0000")]
)
def test_exact_keeps_four_places(value: str | int, kept: str) -> None:
    assert str(exact(value)) == kept


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [("1204.5", "GBP", "£1,204.50"), ("12", "EUR", "€12.00"), ("900", "JPY", "¥900")],
)
def test_amounts_are_written_as_people_read_them(amount: str, currency: str, words: str) -> None:
    assert formatted(Decimal(amount), currency) == words
    assert str(Money(Decimal(amount), currency)) == words
