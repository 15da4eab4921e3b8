"""What the inbox's forms accept."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, Length, Optional, ValidationError

from shopapp.inbox import addressing, bringing
from shopapp.inbox.addressing import Recipients
from shopapp.inbox.models import ArticleKind
from shopapp.refusals import Invalid
from shopapp.web.forms import VersionedForm
from shopapp.web.typed import line_ends

LONGEST = 100_000
ADDRESSES = 10_000
TOO_LONG = "That is longer than a mail may be (100,000 characters)."
REASONS = {
    "facts": "The facts are wrong",
    "tone": "The tone is wrong",
    "question": "It misses the question",
    "policy": "The policy is out of date",
    "own": "Better written by hand",
    "unneeded": "No reply is needed",
    "other": "Something else",
}
OWN_REASONS = ("own", "unneeded", "other")
"""Why a person throws away what they wrote themselves."""
OTHER = "other"


def reason_in_words(reason: str | None) -> str:
    """Why a draft was discarded, for people; what is no word of REASONS stands for itself."""
    word, _, words = (reason or "").partition(": ")
    if word == OTHER and words:
        return words
    return REASONS.get(word, reason or "")


class ReplyForm(FlaskForm):
    """A reply as typed. `version` is '<reply id>:<number>', empty for one not begun.

    `may_see` are the exposures of an order to somebody else that the person means. `active` tells
    when it was worked on; whatever stands in it never stops a save.
    """

    body = TextAreaField(filters=[line_ends], validators=[Length(max=LONGEST, message=TOO_LONG)])
    version = HiddenField(validators=[Length(max=60)])
    seen = HiddenField(validators=[Length(max=120)])
    take = StringField(validators=[Optional(), AnyOf(("mine", "theirs", "merged"))])
    merged = TextAreaField(filters=[line_ends], validators=[Length(max=LONGEST, message=TOO_LONG)])
    seen_version = HiddenField(validators=[Length(max=60)])
    to = StringField(validators=[Length(max=ADDRESSES)])
    cc = StringField(validators=[Length(max=ADDRESSES)])
    bcc = StringField(validators=[Length(max=ADDRESSES)])
    mailbox = StringField(validators=[Length(max=40)])
    later = StringField(validators=[Length(max=20)])
    send_at = StringField(validators=[Length(max=40)])
    anyway = StringField(validators=[Length(max=1)])
    may_see = SelectMultipleField(validate_choice=False)
    despite = StringField(validators=[Length(max=64)])
    active = HiddenField()

    @property
    def text(self) -> str:
        """The body as typed, never None; of a conflict, what both texts were made into."""
        typed = self.merged if self.take.data == "merged" else self.body
        return typed.data or ""

    def recipients(self) -> Recipients | None:
        """Whom it goes to as typed, None where nothing was asked; raises Invalid."""
        if self.to.data is None:
            return None
        try:
            return Recipients(*(addressing.typed(field.data or "") for field in self._people))
        except addressing.BadAddress as error:
            raise Invalid(str(error), "to") from None

    def readable_recipients(self) -> Recipients | None:
        """The same without what is no address yet: for a save while somebody is typing."""
        if self.to.data is None:
            return None
        return Recipients(*(addressing.readable(field.data or "") for field in self._people))

    @property
    def people(self) -> dict[str, str]:
        """The recipients as typed; nothing where nothing was asked."""
        asked = self._people if self.to.data is not None else ()
        return {field.short_name: field.data or "" for field in asked}

    @property
    def _people(self) -> tuple[StringField, StringField, StringField]:
        return self.to, self.cc, self.bcc


class MessageForm(ReplyForm):
    """A message that begins a conversation; `key` makes a second click the same message."""

    subject = StringField(validators=[Length(max=300)])
    key = HiddenField(validators=[Length(max=40)])


class DiscardForm(FlaskForm):
    """Why a draft does not fit: a word of REASONS, for `other` with words of one's own."""

    reason = StringField(
        validators=[AnyOf(tuple(REASONS), message="Say why the draft does not fit.")]
    )
    words = StringField(
        filters=[lambda text: " ".join((text or "").split())],
        validators=[Length(max=300, message="Say why in at most 300 characters.")],
    )

    @property
    def why(self) -> str:
        """As it is kept: 'tone', or 'other: the customer called'."""
        reason, words = self.reason.data or "", self.words.data or ""
        return f"{reason}: {words}" if reason == OTHER and words else reason


class MacroForm(VersionedForm):
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

    @property
    def words(self) -> tuple[str, ...]:
        """The tags, lower case, each once."""
        return tuple(dict.fromkeys((self.tags.data or "").lower().replace(",", " ").split()))


class NoteForm(FlaskForm):
    """A note for the team."""

    body = TextAreaField(filters=[line_ends], validators=[Length(max=LONGEST, message=TOO_LONG)])


class GapForm(VersionedForm):
    """A proposed article as somebody wants it."""

    title = StringField("Title")
    body = StringField("Text")


def _address(_form: FlaskForm, field: StringField) -> None:
    if field.data and not bringing.is_address(field.data):
        raise ValidationError("Begin the address with https://.")


class ArticleForm(VersionedForm):
    """An article as typed."""

    title = StringField(
        "Title",
        validators=[
            DataRequired("Give the article a title."),
            Length(
                max=bringing.LONGEST_TITLE, message=f"At most {bringing.LONGEST_TITLE} characters."
            ),
        ],
        filters=[lambda text: " ".join((text or "").split())],
    )
    kind = StringField("Kind", validators=[AnyOf(tuple(ArticleKind), "Choose a kind.")])
    body = TextAreaField(
        "Text",
        filters=[line_ends, str.strip],
        validators=[
            DataRequired("Write what the article says."),
            Length(max=bringing.LONGEST, message="That is too long: make two articles of it."),
        ],
    )
    url = StringField(
        "Web address",
        filters=[lambda text: (text or "").strip()],
        validators=[
            Length(max=bringing.LONGEST_URL, message="At most 500 characters."),
            _address,
        ],
    )
