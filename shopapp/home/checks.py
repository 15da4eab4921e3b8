"""When the store is next looked over for decisions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EVERY = timedelta(minutes=10)
"""How often the most frequent of the schedule's checks of a store runs; a test compares."""
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def next_check(now: datetime) -> datetime:
    """The start of the next span of `EVERY`, counted in UTC as the schedule counts."""
    return _EPOCH + EVERY * ((now - _EPOCH) // EVERY + 1)
