"""The days results are asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.drafts.measuring.ranges import LONGEST, Range, asked

TODAY = date(2026, 11, 26)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(DAYS, DAYS)
def test_weeks_follow_each_other_from_monday_to_sunday(a: date, b: date) -> None:
    days = asked("", a.isoformat(), b.isoformat(), today=date(2031, 1, 1))
    weeks = list(days.weeks())
    assert (weeks[0].first, weeks[-1].last) == (days.first, days.last)
    assert sum(week.days for week in weeks) == days.days <= LONGEST
    assert all(week.first.weekday() == 0 for week in weeks[1:])


def test_a_number_of_days_ends_today() -> None:
    assert asked("7", "", "", today=TODAY) == Range(date(2026, 11, 20), TODAY)
    assert asked("90", "", "", today=TODAY).days == 90


@pytest.mark.parametrize("days", ["", "31", "-1", "x" * 400, "7 "])
def test_what_is_no_choice_is_the_usual_month(days: str) -> None:
    assert asked(days, "2026-13-01", "", today=TODAY).days == 30


def test_dates_are_turned_and_the_future_is_cut_off() -> None:
    days = asked("", "2027-03-01", "2026-11-01", today=TODAY)
    assert days == Range(date(2026, 11, 1), TODAY, is_own=True)


def test_what_lies_in_the_future_is_today() -> None:
    assert asked("", "2030-01-01", "2030-02-01", today=TODAY) == Range(TODAY, TODAY, is_own=True)


def test_the_days_before_are_as_many() -> None:
    assert Range(date(2026, 11, 20), TODAY).before == Range(date(2026, 11, 13), date(2026, 11, 19))


def test_a_day_has_23_hours_when_the_clocks_go_forward() -> None:
    since, until = Range(date(2026, 3, 29), date(2026, 3, 29)).moments(ZoneInfo("Europe/London"))
    assert (since, until) == (
        datetime(2026, 3, 29, tzinfo=UTC),
        datetime(2026, 3, 29, 23, tzinfo=UTC),
    )
