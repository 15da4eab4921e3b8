"""A letter as the seeds write it, and the mail it becomes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import format_datetime
from textwrap import dedent, indent

_POLICY = SMTP.clone(max_line_length=998)  # shorter, and a long id is written as encoded words


@dataclass(frozen=True, slots=True)
class File:
    """An attachment; with a `cid` the letter's HTML shows it."""

    name: str
    content: bytes
    content_type: str
    cid: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody writes.

    `sender` is a shopper's key or a whole `Name <address>`. `answers` quotes the newest mail of
    the story and names its id; `headers` are added or replaced; `charset` is the text's.
    """

    sender: str
    subject: str
    text: str
    html: str = ""
    files: tuple[File, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    answers: bool = False
    quoting: str = "On {date:%d %b %Y at %H:%M}, {name} <{address}> wrote:"
    charset: str = "utf-8"
    is_nameless: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """The mail of ours that a letter answers."""

    message_id: str
    references: tuple[str, ...]
    name: str
    address: str
    sent_at: datetime
    text: str


def written(text: str) -> str:
    """A text from an indented literal."""
    return dedent(text).strip() + "\n"


def mail(
    letter: Letter, *, name: str, sender: str, to: str, date: datetime, answered: Answered | None
) -> bytes:
    """The letter as a mail; `name` makes its Message-ID, equal arguments make equal bytes."""
    made = EmailMessage(policy=_POLICY)
    made["From"], made["To"], made["Subject"] = sender, to, letter.subject
    made["Date"] = format_datetime(date)
    if not letter.is_nameless:
        made["Message-ID"] = f"<{name}@{sender.rpartition('@')[2].rstrip('>')}>"
    if answered:
        made["In-Reply-To"] = f"<{answered.message_id}>"
        made["References"] = " ".join(f"<{one}>" for one in _thread(answered))
    _fill(made, letter, _text(letter, answered))
    for header, value in letter.headers:
        del made[header]
        made[header] = value
    for at, part in enumerate(made.walk()):
        if part.get_content_maintype() == "multipart":
            part.set_boundary(f"=_{name}_{at}")
    return made.as_bytes()


def _thread(answered: Answered) -> Iterable[str]:
    return (*answered.references, answered.message_id)


def _text(letter: Letter, answered: Answered | None) -> str:
    if answered is None:
        return written(letter.text)
    head = letter.quoting.format(
        date=answered.sent_at, name=answered.name, address=answered.address
    )
    quoted = indent(answered.text.strip(), "> ", lambda line: True)
    return f"{written(letter.text)}\n{head}\n\n{quoted}\n"


def _fill(made: EmailMessage, letter: Letter, text: str) -> None:
    made.set_content(text, charset=letter.charset)
    if letter.html:
        made.add_alternative(written(letter.html), subtype="html")
        shown = made.get_payload()[-1]  # type: ignore[index]
        for file in letter.files:
            if file.cid and isinstance(shown, MIMEPart):
                _attach(shown.add_related, file, cid=f"<{file.cid}>")
    for file in letter.files:
        if not file.cid:
            _attach(made.add_attachment, file)


def _attach(add: object, file: File, **options: str) -> None:
    kind, _, sub = file.content_type.partition("/")
    add(file.content, maintype=kind, subtype=sub, filename=file.name, **options)  # type: ignore[operator]
