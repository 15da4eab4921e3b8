"""Later: tomorrow morning, in three days, next week, in the store's own morning (pure)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING = time(8)
CHOICES = {"tomorrow": "Tomorrow morning", "days": "In 3 days", "week": "Next week"}


def until(choice: str, now: datetime, timezone: str) -> datetime | None:
    """When a decision put off comes back; None for a choice there is not."""
    here = now.astimezone(ZoneInfo(timezone))
    days = {"tomorrow": 1, "days": 3, "week": 7 - here.weekday()}.get(choice)
    if days is None:
        return None
    return datetime.combine(here.date() + timedelta(days=days), MORNING, here.tzinfo)
