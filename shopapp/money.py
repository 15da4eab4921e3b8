"""Money: exact amounts with a currency, their arithmetic and their formatting."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from babel.numbers import format_currency, get_currency_precision

PLACES = Decimal("0.0001")


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies were added, subtracted or compared."""


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount (a Decimal with at most four places) and an ISO 4217 currency code."""

    amount: Decimal
    currency: str

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __mul__(self, factor: int | Decimal) -> Money:
        return Money(exact(self.amount * factor), self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __str__(self) -> str:
        return formatted(self.amount, self.currency)

    def rounded(self) -> Money:
        """This amount at its currency's own precision (two places for EUR, none for JPY)."""
        step = Decimal(1).scaleb(-int(get_currency_precision(self.currency)))
        return Money(self.amount.quantize(step, ROUND_HALF_EVEN), self.currency)

    def _same(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            message = f"{self.currency} and {other.currency} cannot be combined"
            raise CurrencyMismatch(message)
        return other.amount


def exact(value: Decimal | int | str) -> Decimal:
    """`value` as a Decimal of at most four places, half to even."""
    return Decimal(value).quantize(PLACES, ROUND_HALF_EVEN)


def formatted(amount: Decimal, currency: str, locale: str = "en") -> str:
    """An amount as people read it: '£1,204.50', '€12.00', '¥900'."""
    return str(format_currency(amount, currency, locale=locale))
