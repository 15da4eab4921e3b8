"""What the inbox's forms accept."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, Length, Optional

from shopapp.inbox import addressing
from shopapp.inbox.addressing import Recipients
from shopapp.refusals import Invalid

LONGEST = 100_000
ADDRESSES = 10_000
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
    """A reply as typed. `version` is '<reply id>:<number>', empty for one not begun.

    `active` tells when it was worked on; whatever stands in it never stops a save.
    """

    body = TextAreaField(filters=[line_ends], validators=[Length(max=LONGEST, message=TOO_LONG)])
    version = HiddenField(validators=[Length(max=60)])
    seen = HiddenField(validators=[Length(max=120)])
    take = StringField(validators=[Optional(), AnyOf(("mine", "theirs"))])
    seen_version = HiddenField(validators=[Length(max=60)])
    to = StringField(validators=[Length(max=ADDRESSES)])
    cc = StringField(validators=[Length(max=ADDRESSES)])
    bcc = StringField(validators=[Length(max=ADDRESSES)])
    mailbox = StringField(validators=[Length(max=40)])
    later = StringField(validators=[Length(max=20)])
    send_at = StringField(validators=[Length(max=40)])
    anyway = StringField(validators=[Length(max=1)])
    active = HiddenField()

    @property
    def text(self) -> str:
        """The body as typed, never None."""
        return self.body.data or ""

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
