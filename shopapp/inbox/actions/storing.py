"""Step one of mail coming in: the raw bytes are kept before anybody tries to read them."""

from __future__ import annotations

import hashlib

from sqlalchemy.exc import IntegrityError

from shopapp import clock
from shopapp.db import Session
from shopapp.mail import queries
from shopapp.mail.models import Mailbox, RawMail


def store_raw(session: Session, mailbox: Mailbox, raw: bytes, *, origin: str) -> RawMail | None:
    """The stored mail, or None when the mailbox has exactly these bytes already.

    Several different mails may share a Message-ID, so only equal bytes are a duplicate.
    """
    digest = hashlib.sha256(raw).hexdigest()
    if queries.raw_by_digest(session, mailbox, digest) is not None:
        return None
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
        return None
    return mail
