"""What the insights' forms accept."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import Length

from shopapp import clock
from shopapp.refusals import Invalid

LONGEST = 2_000
MORNING = time(7)
SPANS = {"1": "1 day", "7": "1 week", "30": "1 month"}
REASONS = (
    "It is meant to be like this",
    "Not worth the effort",
    "The page will go away",
    "The finding is wrong",
)


class ActForm(FlaskForm):
    """One thing to do to one insight; `version` is the one the person saw."""

    version = HiddenField(validators=[Length(max=12)])
    note = TextAreaField(validators=[Length(max=LONGEST)])
    reason = TextAreaField(validators=[Length(max=LONGEST)])
    body = TextAreaField(validators=[Length(max=LONGEST)])
    until = StringField(validators=[Length(max=20)])
    assignee = StringField(validators=[Length(max=40)])

    @property
    def seen(self) -> int:
        """The version the person saw; 0, which no row has, when there is none."""
        typed = self.version.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() else 0


def morning(typed: str, timezone: str) -> datetime:
    """The morning of the day meant by '1', '7', '30' (days from today) or '2026-12-01'.

    Raises Invalid for anything else.
    """
    try:
        if typed in SPANS:
            day = clock.today(timezone) + timedelta(days=int(typed))
        else:
            day = date.fromisoformat(typed)
    except ValueError as error:
        message = "Choose a day to snooze it until."
        raise Invalid(message, "until") from error
    return datetime.combine(day, MORNING, ZoneInfo(timezone))
