"""Step one of mail coming in: the raw bytes are kept before anybody tries to read them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256

from sqlalchemy.exc import IntegrityError

from shopapp import clock
from shopapp.db import Session
from shopapp.mail import queries
from shopapp.mail.files import Files
from shopapp.mail.models import Mailbox, RawMail
from shopapp.mail.originals import LARGE
from shopapp.refusals import Stale
from shopapp.tenancy import store_reading

Store = Callable[[Session, Mailbox, Sequence["Letter"]], list[RawMail]]


@dataclass(frozen=True)
class Letter:
    """A mail as it came, and where from; `file` is its sha256 once it is kept as a file."""

    raw: bytes = field(repr=False)
    origin: str
    file: str | None = None

    @cached_property
    def digest(self) -> str:
        """The sha256 of its bytes in hex."""
        return sha256(self.raw).hexdigest()

    @property
    def is_large(self) -> bool:
        return len(self.raw) > LARGE


def shelved(
    letters: Sequence[Letter], files: Files, *, store_id: str, mailbox_id: str | None = None
) -> Sequence[Letter]:
    """The letters before they are stored: those that are large are files now.

    Call it with no transaction open. What the mailbox (None: the one replies leave from) has had
    is not kept again: its bytes may have been forgotten on purpose.
    """
    large = {each.digest: each.raw for each in letters if each.is_large}
    for known in _known(store_id, mailbox_id, list(large)) if large else ():
        del large[known]
    files.keep_all(large.values())
    return [
        replace(each, file=each.digest) if each.is_large and each.digest in large else each
        for each in letters
    ]


def store_all(session: Session, mailbox: Mailbox, letters: Sequence[Letter]) -> list[RawMail]:
    """Store those whose bytes the mailbox has not yet; their rows, in order.

    Raises IntegrityError when another process stores one of them at the same time.
    """
    new = {each.digest: each for each in reversed(letters)}
    for known in queries.known_digests(session, mailbox, list(new)):
        del new[known]
    rows = [_row(mailbox, letter, digest) for digest, letter in reversed(new.items())]
    session.add_all(rows)
    session.flush()
    return rows


def store_each(session: Session, mailbox: Mailbox, letters: Sequence[Letter]) -> list[RawMail]:
    """The same one by one: what another process has stored meanwhile is left out."""
    found = (
        store_raw(session, mailbox, each.raw, origin=each.origin, file=each.file)
        for each in letters
    )
    return [row for row in found if row is not None]


def store_raw(
    session: Session, mailbox: Mailbox, raw: bytes, *, origin: str, file: str | None = None
) -> RawMail | None:
    """The stored mail, or None when the mailbox has exactly these bytes already.

    Several different mails may share a Message-ID, so only equal bytes are a duplicate. `file` is
    what `shelved` made of it.
    """
    try:
        with session.begin_nested():
            rows = store_all(session, mailbox, [Letter(raw, origin, file)])
    except IntegrityError:
        return None
    return rows[0] if rows else None


def keep_raw(session: Session, mailbox: Mailbox, letter: Letter) -> tuple[RawMail, bool]:
    """The mailbox's mail with exactly these bytes, and whether it is new."""
    new = next(iter(store_each(session, mailbox, [letter])), None)
    found = new or queries.raw_by_digest(session, mailbox, letter.digest)
    if found is None:
        message = "Equal bytes were there a moment ago."
        raise Stale(message)
    return found, new is not None


def _known(store_id: str, mailbox_id: str | None, digests: Sequence[str]) -> Sequence[str]:
    with store_reading(store_id) as session:
        if mailbox_id:
            mailbox = queries.mailbox(session, mailbox_id)
        else:
            mailbox = queries.default_mailbox(session)
        return queries.known_digests(session, mailbox, digests) if mailbox else ()


def _row(mailbox: Mailbox, letter: Letter, digest: str) -> RawMail:
    return RawMail(
        mailbox_id=mailbox.id,
        sha256=digest,
        size=len(letter.raw),
        content=None if letter.file else letter.raw,
        file=letter.file,
        origin=letter.origin,
        received_at=clock.now(),
    )
