"""Business time: inverse, monotonic, additive, whatever the zone does with its clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.inbox import hours
from shopapp.inbox.hours import Calendar, add_business_time, business_time_between

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = hours.week_of({day: ["09:00-12:30", "13:00-18:00"] for day in hours.DAYS[:5]})
OFFICE = Calendar(BERLIN, WEEK, frozenset({date(2026, 12, 25)}))
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")

spans = st.lists(st.integers(0, 48), min_size=2, max_size=6, unique=True).map(sorted)
days = spans.map(
    lambda cuts: tuple(
        (a * 30, b * 30) for a, b in zip(cuts[::2], cuts[1::2], strict=False) if a < b
    )
)
calendars = st.builds(
    Calendar,
    st.sampled_from(ZONES).map(ZoneInfo),
    st.tuples(*[days] * 7),
    st.frozensets(st.dates(date(2026, 3, 1), date(2026, 4, 30)), max_size=4),
)
FIRST, LAST = datetime(2026, 3, 1), datetime(2026, 11, 30)  # noqa: DTZ001 - hypothesis adds the zone
moments = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
amounts = st.timedeltas(timedelta(0), timedelta(hours=60))


@given(calendars, moments, amounts)
def test_what_is_added_lies_between(calendar: Calendar, start: datetime, amount: timedelta) -> None:
    end = add_business_time(start, amount, calendar)
    assert end >= start
    assert business_time_between(start, end, calendar) == amount


@given(calendars, moments, amounts, amounts)
def test_adding_twice_is_adding_the_sum(
    calendar: Calendar, start: datetime, one: timedelta, two: timedelta
) -> None:
    stepwise = add_business_time(add_business_time(start, one, calendar), two, calendar)
    if two:
        assert stepwise == add_business_time(start, one + two, calendar)


@given(calendars, moments, moments, amounts)
def test_who_comes_later_is_due_later(
    calendar: Calendar, one: datetime, other: datetime, amount: timedelta
) -> None:
    first, second = sorted((one, other))
    if amount:
        due = add_business_time(first, amount, calendar)
        assert due <= add_business_time(second, amount, calendar)


@given(calendars, moments, moments, moments)
def test_spans_add_up(calendar: Calendar, a: datetime, b: datetime, c: datetime) -> None:
    whole = business_time_between(a, c, calendar)
    parts = business_time_between(a, b, calendar) + business_time_between(b, c, calendar)
    assert whole == parts


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BERLIN)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        (berlin(2026, 11, 20, 17, 50), 60, berlin(2026, 11, 23, 9, 50)),
        (berlin(2026, 11, 20, 12, 0), 60, berlin(2026, 11, 20, 13, 30)),
        (berlin(2026, 11, 21, 3, 0), 30, berlin(2026, 11, 23, 9, 30)),
        (berlin(2026, 12, 24, 17, 30), 60, berlin(2026, 12, 28, 9, 30)),
        (berlin(2026, 11, 20, 17, 50), 10, berlin(2026, 11, 20, 18, 0)),
    ],
    ids=["over the weekend", "over lunch", "at night", "over a holiday", "until closing time"],
)
def test_a_deadline_skips_what_is_closed(start: datetime, minutes: int, end: datetime) -> None:
    assert add_business_time(start, timedelta(minutes=minutes), OFFICE) == end


def test_a_night_shift_is_an_hour_shorter_when_clocks_go_forward() -> None:
    night = Calendar(BERLIN, hours.week_of({"sun": ["00:00-06:00"]}))
    spring = berlin(2026, 3, 29, 0, 0), berlin(2026, 3, 29, 12, 0)
    autumn = berlin(2026, 10, 25, 0, 0), berlin(2026, 10, 25, 12, 0)
    assert business_time_between(*spring, night) == timedelta(hours=5)
    assert business_time_between(*autumn, night) == timedelta(hours=7)


def test_without_hours_a_desk_is_open_round_the_clock() -> None:
    start = berlin(2026, 11, 21, 3, 0)
    assert add_business_time(start, timedelta(hours=5), Calendar(BERLIN)) == start + timedelta(
        hours=5
    )
    assert hours.is_open(start, Calendar(BERLIN))
    assert not hours.is_open(start, OFFICE)
    assert hours.next_opening(start, OFFICE) == berlin(2026, 11, 23, 9, 0)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("9:00-12:00, 13:00-24:00", ((540, 720), (780, 1440))),
        ("13:00-14:00,9:00-13:00", ((540, 840),)),
        ("", ()),
    ],
)
def test_hours_are_read_as_they_are_typed(text: str, minutes: object) -> None:
    assert hours.ranges(text) == minutes


@pytest.mark.parametrize("text", ["9-17", "25:00-26:00", "10:00-10:00", "9:00-12:00, 11:00-13:00"])
def test_what_are_no_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="“"):
        hours.ranges(text)
