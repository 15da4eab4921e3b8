"""Until when a flag may sleep: nine in the morning of a day in the store's time zone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING = time(9)
CHOICES = {"tomorrow": "Tomorrow", "three-days": "In three days", "next-week": "Next Monday"}


def until(typed: str, now: datetime, zone: str) -> datetime | None:
    """Nine in the morning of the day chosen or typed (YYYY-MM-DD); None when it is no day."""
    here = ZoneInfo(zone)
    today = now.astimezone(here).date()
    chosen = {
        "tomorrow": today + timedelta(days=1),
        "three-days": today + timedelta(days=3),
        "next-week": today + timedelta(days=7 - today.weekday()),
    }.get(typed)
    day = chosen or _read(typed)
    return datetime.combine(day, MORNING, here) if day else None


def _read(typed: str) -> date | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if day.year < 9000 else None
