"""Step one of mail coming in: the raw bytes are kept before anybody tries to read them."""

from __future__ import annotations

import hashlib

from sqlalchemy.exc import IntegrityError

from shopapp import clock
from shopapp.db import Session
from shopapp.mail import queries
from shopapp.mail.models import Mailbox, RawMail
from shopapp.refusals import Stale


def store_raw(session: Session, mailbox: Mailbox, raw: bytes, *, origin: str) -> RawMail | None:
    """The stored mail, or None when the mailbox has exactly these bytes already.

    Several different mails may share a Message-ID, so only equal bytes are a duplicate.
    """
    mail, is_new = keep_raw(session, mailbox, raw, origin=origin)
    return mail if is_new else None


def keep_raw(
    session: Session, mailbox: Mailbox, raw: bytes, *, origin: str
) -> tuple[RawMail, bool]:
    """The mailbox's mail with exactly these bytes, and whether it is new."""
    digest = hashlib.sha256(raw).hexdigest()
    known = queries.raw_by_digest(session, mailbox, digest)
    if known is not None:
        return known, False
    mail = RawMail(
        mailbox_id=mailbox.id,
        sha256=digest,
        size=len(raw),
        content=raw,
        origin=origin,
        received_at=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(mail)
    except IntegrityError:
        return _found(session, mailbox, digest), False
    return mail, True


def _found(session: Session, mailbox: Mailbox, digest: str) -> RawMail:
    found = queries.raw_by_digest(session, mailbox, digest)
    if found is None:
        message = "equal bytes were there a moment ago"
        raise Stale(message)
    return found
