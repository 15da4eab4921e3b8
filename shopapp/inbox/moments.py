"""Moments people snooze until, and how far away a deadline is, in words (pure)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING = time(9, 0)


def presets(now: datetime, zone: ZoneInfo) -> list[tuple[str, datetime]]:
    """('Tomorrow morning', an aware moment), in order of time; mornings are the store's."""
    local = now.astimezone(zone)
    later = (local + timedelta(hours=3)).replace(minute=0, second=0, microsecond=0)
    monday = 7 - local.weekday()
    return [
        ("Later today", later),
        ("Tomorrow morning", _morning(local, 1)),
        ("In three days", _morning(local, 3)),
        ("Next Monday", _morning(local, monday)),
        ("In two weeks", _morning(local, 14)),
    ]


def typed(text: str, zone: ZoneInfo) -> datetime | None:
    """A moment as a form sends it, with its zone or in the store's; None for anything else."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def far(due: datetime, now: datetime) -> str:
    """'due in 2 h', 'overdue by 3 days'."""
    return f"overdue by {_span(now - due)}" if due < now else f"due in {_span(due - now)}"


def _morning(local: datetime, days: int) -> datetime:
    day = (local + timedelta(days=days)).date()
    return datetime.combine(day, MORNING, tzinfo=local.tzinfo)


def _span(length: timedelta) -> str:
    minutes = max(1, int(length.total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{round(minutes / 60)} h"
    return f"{round(minutes / 60 / 24)} days"
