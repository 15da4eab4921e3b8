"""How old what we know of an order is, and whether that is too old to be told without a look."""

from __future__ import annotations

from datetime import datetime, timedelta

from shopapp import clock
from shopapp.db import Session
from shopapp.drafts.grounding import OrderFacts
from shopapp.stores.queries import settings
from shopapp.stores.registry import limit


def is_old(session: Session, order: OrderFacts) -> bool:
    """Whether the order was last read longer ago than the store takes for granted."""
    longest = timedelta(hours=limit(settings(session), "order_data_hours"))
    return clock.now() - order.as_of > longest


def age(as_of: datetime) -> str:
    """How long ago a moment is, in words: "30 hours", from two days on "6 days"."""
    hours = max(0, int((clock.now() - as_of) / timedelta(hours=1)))
    number, unit = (hours, "hour") if hours < 48 else (hours // 24, "day")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
