"""Business time: when a desk is open, and how much of that lies between two moments (pure)."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_RANGE = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*(?:([01]?\d|2[0-3]):([0-5]\d)|(24):00)")
_MIDNIGHT = 24 * 60
_LONGEST = 5 * 366  # days without an opening after which a calendar counts as never open

Minutes = tuple[int, int]


@dataclass(frozen=True)
class Calendar:
    """When a desk works: `week` holds for each of DAYS its ranges in minutes of the local day.

    Ranges are in order and do not touch. A week without any is open round the clock. On days of
    `closed` nobody works.
    """

    zone: ZoneInfo
    week: tuple[tuple[Minutes, ...], ...] = ((),) * 7
    closed: Container[date] = frozenset()

    @property
    def is_always_open(self) -> bool:
        """Whether there are no business hours at all."""
        return not any(self.week)


def week_of(hours: Mapping[str, Sequence[str]]) -> tuple[tuple[Minutes, ...], ...]:
    """{'mon': ['09:00-12:00', '13:00-18:00']} as minutes of each day; raises ValueError."""
    return tuple(ranges(", ".join(hours.get(day, ()))) for day in DAYS)


def ranges(text: str) -> tuple[Minutes, ...]:
    """'9:00-12:00, 13:00-24:00' as minutes of the day, in order; raises ValueError."""
    found = sorted(_minutes(each.strip()) for each in text.split(",") if each.strip())
    joined: list[Minutes] = []
    for start, end in found:
        if joined and start < joined[-1][1]:
            message = f"“{text.strip()}” has hours that overlap."
            raise ValueError(message)
        touches = joined and start == joined[-1][1]
        joined.append((joined.pop()[0] if touches else start, end))
    return tuple(joined)


def spoken(day: Sequence[Minutes]) -> str:
    """Minutes of a day as they are typed: '09:00-12:00, 13:00-18:00'."""
    return ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in day)


def add_business_time(start: datetime, amount: timedelta, calendar: Calendar) -> datetime:
    """The moment at which `amount` (not negative) of open time has passed since `start`.

    A deadline at closing time stays there: it is not moved to the next opening. Aware moments; UTC.
    """
    start = start.astimezone(UTC)
    if calendar.is_always_open or amount <= timedelta(0):
        return start + max(amount, timedelta(0))
    left = amount
    for begins, ends in _openings(start, calendar):
        if left <= ends - begins:
            return begins + left
        left -= ends - begins
    return start + amount  # never open again: the clock on the wall is all there is


def business_time_between(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """How much open time lies between two aware moments; negative when `end` is the earlier one."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end < start:
        return -business_time_between(end, start, calendar)
    if calendar.is_always_open:
        return end - start
    total = timedelta(0)
    for begins, ends in _openings(start, calendar):
        if begins >= end:
            break
        total += min(ends, end) - begins
    return total


def is_open(moment: datetime, calendar: Calendar) -> bool:
    """Whether the desk works at that moment."""
    if calendar.is_always_open:
        return True
    begins, _ = next(_openings(moment, calendar), (None, None))
    return begins is not None and begins <= moment


def next_opening(moment: datetime, calendar: Calendar) -> datetime:
    """The moment itself when the desk is open, else when it opens next."""
    if calendar.is_always_open:
        return moment
    return next((begins for begins, _ in _openings(moment, calendar)), moment)


def _openings(start: datetime, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """Spans of open time in UTC from `start` on, in order and without overlap."""
    start = start.astimezone(UTC)
    first, last = start.astimezone(calendar.zone).date(), start
    for number in range(-1, _LONGEST):
        try:
            day = first + timedelta(days=number)
        except OverflowError:
            return
        if day in calendar.closed:
            continue
        for opens, closes in calendar.week[day.weekday()]:
            begins = max(_moment(day, opens, calendar.zone), last)
            ends = _moment(day, closes, calendar.zone)
            if begins < ends:
                yield begins, ends
                last = ends


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """A minute of a local day in UTC; in the hour a clock skips, what it shows an hour later."""
    if minute == _MIDNIGHT:
        day, minute = day + timedelta(days=1), 0
    local = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=zone)
    return local.astimezone(UTC)


def _minutes(text: str) -> Minutes:
    found = _RANGE.fullmatch(text)
    if found is None:
        message = f"“{text}” is no span of hours; write it like 09:00-17:30."
        raise ValueError(message)
    start = int(found[1]) * 60 + int(found[2])
    end = _MIDNIGHT if found[5] else int(found[3]) * 60 + int(found[4])
    if end <= start:
        message = f"“{text}” ends before it begins; hours past midnight belong to the next day."
        raise ValueError(message)
    return start, end


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
