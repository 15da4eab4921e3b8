"""What every source of Today measures against: the moment, the store, its constants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal

from shopapp.home.ranking import Weights
from shopapp.money import formatted
from shopapp.stores.models import StoreSettings
from shopapp.stores.registry import limit


@dataclass(frozen=True, slots=True)
class Standing:
    """`pace` holds the team's own median minutes by kind, as far as they are known."""

    now: datetime
    today: date
    currency: str
    weights: Weights
    overdue_hours: int
    average_order: Decimal
    pace: Mapping[str, int]

    def minutes(self, kind: str, otherwise: int) -> int:
        """The team's own median for this kind of work, or the constant."""
        return self.pace.get(kind, otherwise)

    def money(self, amount: Decimal) -> str:
        """An amount in the store's currency."""
        return formatted(amount, self.currency)

    def days_since(self, moment: datetime) -> float:
        return max(0.0, (self.now - moment).total_seconds() / 86_400)


def weights(settings: StoreSettings) -> Weights:
    """The store's constants of the ranking."""
    return Weights(**{each.name: limit(settings, f"today_{each.name}") for each in fields(Weights)})


def counted(number: int, noun: str) -> str:
    """'1 hour', '3 hours'."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def lasted(hours: float) -> str:
    """How long something has waited: '25 minutes', '5 hours', '3 days'."""
    if hours < 1:
        return counted(max(1, round(hours * 60)), "minute")
    return counted(round(hours), "hour") if hours < 48 else counted(round(hours / 24), "day")
