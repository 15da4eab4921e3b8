"""What people type on the drafts' pages."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectMultipleField, StringField, TextAreaField
from wtforms.validators import AnyOf, Length, Optional

from shopapp.drafts.drafters.prompting import LANGUAGES
from shopapp.drafts.learning.ratings import GRADES, LONGEST, REASONS, THUMBS, Rating
from shopapp.drafts.proposals import Rework, Wish
from shopapp.web.forms import VersionedForm
from shopapp.web.typed import line_ends

REWORKS = {
    Rework.AGAIN.value: "Draft it again",
    Rework.SHORTER.value: "Shorter",
    Rework.LONGER.value: "Longer",
    Rework.WARMER.value: "Warmer",
    Rework.FORMAL.value: "More formal",
    Rework.TRANSLATE.value: "Translate",
}
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


class ReworkForm(FlaskForm):
    """How a text is to be changed: a word of REWORKS, and what goes with it."""

    rework = StringField(
        validators=[AnyOf(tuple(REWORKS), message="Say how the text is to be changed.")]
    )
    instruction = TextAreaField(
        filters=[line_ends, str.strip],
        validators=[Length(max=500, message="Say it in at most 500 characters.")],
    )
    language = StringField(
        validators=[Optional(), AnyOf(tuple(LANGUAGES), message="Choose a language of the list.")]
    )

    @property
    def wish(self) -> Wish:
        """What is asked of the drafter."""
        rework = Rework(self.rework.data or "")
        return Wish(rework, self.instruction.data or "", self.language.data or "")


class RuleForm(VersionedForm):
    """A style rule as somebody wants it followed."""

    text = StringField("Rule")
    mailbox = StringField("Mailbox")
    intent = StringField("Asks for")


def _grade(field: StringField) -> int | None:
    return int(field.data) if field.data else None
