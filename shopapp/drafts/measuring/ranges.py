"""Ranges: the days results are asked for, and their weeks, in the store's own calendar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

CHOICES = (7, 30, 90)
USUAL = 30
LONGEST = 366


@dataclass(frozen=True, slots=True)
class Range:
    """Whole days from `first` to `last`, both included; `is_own` when somebody chose the dates."""

    first: date
    last: date
    is_own: bool = False

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Range:
        """As many days right before it."""
        return Range(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Its beginning and its end in UTC, the end excluded."""
        return _midnight(self.first, zone), _midnight(self.last + timedelta(days=1), zone)

    def weeks(self) -> Iterator[Range]:
        """Its weeks from Monday to Sunday, the first and the last cut to the range."""
        first = self.first
        while first <= self.last:
            last = min(first + timedelta(days=6 - first.weekday()), self.last)
            yield Range(first, last)
            first = last + timedelta(days=1)


def asked(days: str, first: str, last: str, *, today: date) -> Range:
    """The range of a query string: two dates, or a number of days that end today.

    Dates the wrong way round are turned, the future is cut off, the first days of more than a year
    too; what cannot be read is the usual range.
    """
    begin, end = _day(first), _day(last)
    if begin and end:
        begin, end = sorted((begin, end))
        end = min(end, today)
        begin = max(min(begin, end), end - timedelta(days=LONGEST - 1))
        return Range(begin, end, is_own=True)
    wanted = next((each for each in CHOICES if days == str(each)), USUAL)
    return Range(today - timedelta(days=wanted - 1), today)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year > 2000 else None


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)
