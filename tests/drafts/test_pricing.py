"""What a call may cost: never less than its bill."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shopapp.drafts.drafters.pricing import Prices, cost, most_tokens_in

MONEY = some.decimals(0, 1000, places=4)
TOKENS = some.integers(0, 10_000_000)


@pytest.mark.parametrize(
    ("tokens_in", "tokens_out", "price"),
    [
        (1_000_000, 0, "2.5"),
        (0, 1_000_000, "10"),
        (1000, 500, "0.0075"),
        (1, 0, "0.0001"),
        (0, 0, "0"),
    ],
)
def test_a_cost_by_hand(tokens_in: int, tokens_out: int, price: str) -> None:
    assert cost(Prices(Decimal("2.5"), Decimal(10)), tokens_in, tokens_out) == Decimal(price)


@given(MONEY, MONEY, TOKENS, TOKENS)
def test_a_cost_is_rounded_up_by_less_than_a_step(
    price_in: Decimal, price_out: Decimal, tokens_in: int, tokens_out: int
) -> None:
    bill = (price_in * tokens_in + price_out * tokens_out) / 1_000_000
    assert 0 <= cost(Prices(price_in, price_out), tokens_in, tokens_out) - bill < Decimal("0.0001")


@given(some.lists(some.text(), max_size=5))
def test_no_text_has_more_tokens_than_bytes(texts: list[str]) -> None:
    sizes = [len(text.encode("utf-8", "replace")) for text in texts]
    assert most_tokens_in(texts) > sum(sizes)
