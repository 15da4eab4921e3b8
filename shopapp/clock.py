"""The only reader of the clock: aware UTC now, and today's date in a store's time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)  # no shopapp is older: a clock before it is wrong


def now() -> datetime:
    """The current moment, aware, in UTC, with microseconds."""
    return datetime.now(UTC)


def today(tz: str) -> date:
    """Today's calendar date in the IANA time zone `tz`.

    Raises `zoneinfo.ZoneInfoNotFoundError` for an unknown zone.
    """
    return now().astimezone(ZoneInfo(tz)).date()
