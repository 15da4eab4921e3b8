"""What a call of a language model may cost before it is made, and did cost after (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

_MILLION = 1_000_000
_PLACES = Decimal("0.0001")
_AROUND_EACH, _AROUND_ALL = 64, 256  # tokens a chat template may add to a message, and to all


@dataclass(frozen=True, slots=True)
class Prices:
    """Money per million tokens, in the provider's currency."""

    tokens_in: Decimal
    tokens_out: Decimal


def most_tokens_in(texts: Iterable[str]) -> int:
    """No tokenizer makes more of `texts`: a token of a byte-level vocabulary stands for at least
    one byte of UTF-8, so that bytes bound tokens; what the template adds is allowed for.
    """
    sizes = [len(text.encode("utf-8", "replace")) for text in texts]
    return sum(sizes) + len(sizes) * _AROUND_EACH + _AROUND_ALL


def cost(prices: Prices, tokens_in: int, tokens_out: int) -> Decimal:
    """Money for so many tokens, rounded up to four places: many small calls never add up to less
    than their bill.
    """
    exact = prices.tokens_in * tokens_in + prices.tokens_out * tokens_out
    return (exact / _MILLION).quantize(_PLACES, ROUND_UP)
