"""Step one of mail coming in: the raw bytes are kept before anybody tries to read them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from sqlalchemy.exc import IntegrityError

from shopapp import clock
from shopapp.db import Session
from shopapp.mail import queries
from shopapp.mail.models import Mailbox, RawMail
from shopapp.refusals import Stale

Store = Callable[[Session, Mailbox, Sequence["Letter"]], list[RawMail]]


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it came, and where from."""

    raw: bytes = field(repr=False)
    origin: str

    @property
    def digest(self) -> str:
        """The sha256 of its bytes in hex."""
        return sha256(self.raw).hexdigest()


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
    found = (store_raw(session, mailbox, each.raw, origin=each.origin) for each in letters)
    return [row for row in found if row is not None]


def store_raw(session: Session, mailbox: Mailbox, raw: bytes, *, origin: str) -> RawMail | None:
    """The stored mail, or None when the mailbox has exactly these bytes already.

    Several different mails may share a Message-ID, so only equal bytes are a duplicate.
    """
    try:
        with session.begin_nested():
            rows = store_all(session, mailbox, [Letter(raw, origin)])
    except IntegrityError:
        return None
    return rows[0] if rows else None


def keep_raw(
    session: Session, mailbox: Mailbox, raw: bytes, *, origin: str
) -> tuple[RawMail, bool]:
    """The mailbox's mail with exactly these bytes, and whether it is new."""
    new = store_raw(session, mailbox, raw, origin=origin)
    found = new or queries.raw_by_digest(session, mailbox, sha256(raw).hexdigest())
    if found is None:
        message = "Equal bytes were there a moment ago."
        raise Stale(message)
    return found, new is not None


def _row(mailbox: Mailbox, letter: Letter, digest: str) -> RawMail:
    return RawMail(
        mailbox_id=mailbox.id,
        sha256=digest,
        size=len(letter.raw),
        content=letter.raw,
        origin=letter.origin,
        received_at=clock.now(),
    )
