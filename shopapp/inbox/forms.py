"""What the inbox's forms accept."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import AnyOf, Length, Optional

LONGEST = 100_000
TOO_LONG = "That is longer than a mail may be (100,000 characters)."
REASONS = {
    "facts": "The facts are wrong",
    "tone": "The tone is wrong",
    "question": "It misses the question",
    "unneeded": "No reply is needed",
}


class ReplyForm(FlaskForm):
    """A reply as typed. `version` is '<reply id>:<number>', empty for one not begun."""

    body = TextAreaField(validators=[Length(max=LONGEST, message=TOO_LONG)])
    version = HiddenField(validators=[Length(max=60)])
    seen = HiddenField(validators=[Length(max=40)])
    take = StringField(validators=[Optional(), AnyOf(("mine", "theirs"))])
    seen_version = HiddenField(validators=[Length(max=60)])
    reason = StringField(validators=[Optional(), AnyOf(tuple(REASONS))])

    @property
    def text(self) -> str:
        """The body with line ends as they are stored."""
        return (self.body.data or "").replace("\r\n", "\n").replace("\r", "\n")


class NoteForm(FlaskForm):
    """A note for the team."""

    body = TextAreaField(validators=[Length(max=LONGEST, message=TOO_LONG)])
