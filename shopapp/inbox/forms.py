"""What the inbox's forms accept."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, Length, Optional

LONGEST = 100_000
TOO_LONG = "That is longer than a mail may be (100,000 characters)."
REASONS = {
    "facts": "The facts are wrong",
    "tone": "The tone is wrong",
    "question": "It misses the question",
    "unneeded": "No reply is needed",
}


def line_ends(text: str | None) -> str:
    """The text with its line ends as they are stored; browsers post two characters for each."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n")


class ReplyForm(FlaskForm):
    """A reply as typed. `version` is '<reply id>:<number>', empty for one not begun."""

    body = TextAreaField(filters=[line_ends], validators=[Length(max=LONGEST, message=TOO_LONG)])
    version = HiddenField(validators=[Length(max=60)])
    seen = HiddenField(validators=[Length(max=120)])
    take = StringField(validators=[Optional(), AnyOf(("mine", "theirs"))])
    seen_version = HiddenField(validators=[Length(max=60)])

    @property
    def text(self) -> str:
        """The body as typed, never None."""
        return self.body.data or ""


class DiscardForm(FlaskForm):
    """Why a draft does not fit: a word of REASONS."""

    reason = StringField(
        validators=[AnyOf(tuple(REASONS), message="Say why the draft does not fit.")]
    )


class MacroForm(FlaskForm):
    """A macro: its words, and the tags by which the drafter finds it."""

    title = StringField(
        "Title",
        validators=[
            DataRequired("Give the macro a title."),
            Length(max=200, message="At most 200 characters."),
        ],
        filters=[lambda text: " ".join((text or "").split())],
    )
    body = TextAreaField(
        "Text",
        filters=[line_ends, str.strip],
        validators=[
            DataRequired("Write what the macro says."),
            Length(max=LONGEST, message=TOO_LONG),
        ],
    )
    tags = StringField("Tags", validators=[Length(max=500, message="At most 500 characters.")])
    is_active = BooleanField("In use")
    version = HiddenField(validators=[Length(max=10)])

    @property
    def words(self) -> tuple[str, ...]:
        """The tags, lower case, each once."""
        return tuple(dict.fromkeys((self.tags.data or "").lower().replace(",", " ").split()))

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(field id, message) pairs."""
        return [(name, str(messages[0])) for name, messages in self.errors.items() if messages]


class NoteForm(FlaskForm):
    """A note for the team."""

    body = TextAreaField(filters=[line_ends], validators=[Length(max=LONGEST, message=TOO_LONG)])
