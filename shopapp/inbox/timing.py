"""When a reply leaves that is to leave later."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

PRESETS: Final = {"morning": "Tomorrow 9:00", "monday": "Monday 9:00"}
CHOSEN: Final = "chosen"
_FURTHEST = timedelta(days=365)
_NINE = time(9)


class BadTime(ValueError):
    """The time cannot be used; says why in one sentence."""


def moment(choice: str, typed: str, *, now: datetime, zone: ZoneInfo) -> datetime:
    """The moment a person chose: a preset of PRESETS, or `typed` as a browser writes a local time.

    Hours are those of the store's `zone`. Raises BadTime for the past, more than a year ahead, or
    what is no time.
    """
    here = now.astimezone(zone)
    if choice == "morning":
        return _nine(here, timedelta(days=1))
    if choice == "monday":
        return _nine(here, timedelta(days=7 - here.weekday()))
    chosen = _read(typed, zone)
    if not now < chosen <= now + _FURTHEST:
        message = "Choose a time from now on, within a year."
        raise BadTime(message)
    return chosen.astimezone(UTC)


def _nine(here: datetime, ahead: timedelta) -> datetime:
    day = here.date() + ahead
    return datetime.combine(day, _NINE, here.tzinfo).astimezone(UTC)


def _read(typed: str, zone: ZoneInfo) -> datetime:
    try:
        return datetime.fromisoformat(typed.strip()).replace(tzinfo=zone)
    except ValueError:
        message = "Choose a day and a time, then schedule it."
        raise BadTime(message) from None
