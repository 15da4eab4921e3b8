"""What a purchase order comes to: line totals at the currency's precision, and their exact sum."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision


@dataclass(frozen=True, slots=True)
class Totals:
    """`subtotal` is the sum of `lines` as they are printed; `total` adds the shipping."""

    lines: tuple[Decimal, ...]
    subtotal: Decimal
    shipping: Decimal
    total: Decimal


def precision(currency: str) -> int:
    """The decimal places amounts of `currency` have on paper: 2 for EUR, 0 for JPY."""
    return int(get_currency_precision(currency))


def line_total(quantity: int, unit_cost: Decimal, currency: str) -> Decimal:
    """Quantity times unit cost, rounded once, half up, as an invoice does it."""
    step = Decimal(1).scaleb(-precision(currency))
    return (quantity * unit_cost).quantize(step, ROUND_HALF_UP)


def totals(lines: Iterable[tuple[int, Decimal]], shipping: Decimal, currency: str) -> Totals:
    """The totals of (quantity, unit cost) pairs: what is printed adds up to what is printed."""
    each = tuple(line_total(quantity, cost, currency) for quantity, cost in lines)
    subtotal = sum(each, Decimal(0))
    return Totals(each, subtotal, shipping, subtotal + shipping)
