"""What people type on the drafts' pages."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectMultipleField, StringField, TextAreaField
from wtforms.validators import AnyOf, Length

from shopapp.drafts.ratings import GRADES, LONGEST, REASONS, THUMBS, Rating
from shopapp.web.forms import VersionedForm

_WORDS: Any = [word for words in REASONS.values() for word in words]
_GRADE = AnyOf(("", *map(str, GRADES)), message="Choose one of the three grades.")


class RatingForm(FlaskForm):
    """A rating as pressed: the thumb, and with `details` why and the grades."""

    thumb = StringField(validators=[AnyOf(THUMBS, message="Choose a thumb first.")])
    reasons = SelectMultipleField(choices=_WORDS)
    tone = StringField(default="", validators=[_GRADE])
    accuracy = StringField(default="", validators=[_GRADE])
    policy = StringField(default="", validators=[_GRADE])
    comment = TextAreaField(
        validators=[Length(max=LONGEST, message="At most 1,000 characters, please.")]
    )

    def rating(self) -> Rating:
        """What was chosen; a reason of the other thumb is dropped."""
        thumb = self.thumb.data or ""
        return Rating(
            thumb,
            tuple(word for word in self.reasons.data or () if word in REASONS[thumb]),
            _grade(self.tone),
            _grade(self.accuracy),
            _grade(self.policy),
            (self.comment.data or "").strip(),
        )


class RuleForm(VersionedForm):
    """A style rule as somebody wants it followed."""

    text = StringField("Rule")
    mailbox = StringField("Mailbox")
    intent = StringField("Asks for")


def _grade(field: StringField) -> int | None:
    return int(field.data) if field.data else None
