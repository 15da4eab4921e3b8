"""The clock: aware, in UTC, and aware of where the store is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfoNotFoundError

import pytest

from shopapp import clock

LATE = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)


def test_now_is_aware_and_in_utc() -> None:
    assert clock.now().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("zone", "day"),
    [("UTC", 20), ("Europe/Berlin", 21), ("Asia/Tokyo", 21), ("America/New_York", 20)],
)
def test_today_is_the_stores_day(zone: str, day: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATE)
    assert clock.today(zone) == date(2026, 11, day)


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        clock.today("Atlantis/Harbor")
