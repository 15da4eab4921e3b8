"""What the forms about flags accept."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from shopapp.flags.actions import LONGEST
from shopapp.flags.rules import BY_HAND
from shopapp.web.typed import line_ends

REASONS = (
    "Nothing is wrong with the order",
    "It was agreed with the customer",
    "It is a test or an internal order",
    "Another flag covers it",
)
KINDS = tuple((kind.value, kind.label) for kind in BY_HAND)
_TOO_LONG = f"That is longer than {LONGEST:,} characters."


class FlagForm(FlaskForm):
    """A flag by hand: what is the matter, and a note."""

    kind = StringField(validators=[Length(max=40, message="Choose what is the matter.")])
    note = TextAreaField(filters=[line_ends], validators=[Length(max=LONGEST, message=_TOO_LONG)])


class WorkForm(FlaskForm):
    """What a person does with a flag; `version` is the one they saw, 0 when the form says none."""

    version = IntegerField(validators=[Optional()], default=0)
    note = TextAreaField(filters=[line_ends], validators=[Length(max=LONGEST, message=_TOO_LONG)])
    reason = StringField(validators=[Length(max=200, message="That reason is too long.")])
    until = StringField(validators=[Length(max=20, message="Choose a day.")])
    assignee = StringField(validators=[Length(max=60)])

    @property
    def words(self) -> str:
        """The note as typed, never None."""
        return self.note.data or ""
