"""Looking in the Sent folder for a mail of which nobody knows whether it arrived."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from shopapp import clock
from shopapp.config import Config
from shopapp.connections.fetching import fetch_keys
from shopapp.connectors.errors import ConnectorError
from shopapp.crypto.keyrings import Keyring
from shopapp.db import Session
from shopapp.jobs import ledger
from shopapp.jobs.context import JobContext, Postponed
from shopapp.jobs.registry import handler
from shopapp.mail.models import Mailbox, OutboundMail, OutboundState
from shopapp.mail.states import announce, move

LOOK = "mail.look"
LOOKS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 20))
"""How long after the failure it is looked for; then only a person can know."""


class SentFolder(Protocol):
    """A mailbox in which sent mail can be found; every failure is a ConnectorError."""

    def has_message(self, message_id: str) -> bool:
        """Whether a mail with this Message-ID lies in the Sent folder."""


Opener = Callable[[Session, Mailbox, Keyring, Config], SentFolder | None]
"""Reads what it needs from the session and connects only when asked for a mail."""

_openers: list[Opener] = []


def look_with(opener: Opener) -> None:
    """Let `opener` give the Sent folder of a mailbox, None for one that cannot be read."""
    _openers[:] = [opener]


def look_soon(session: Session, mail: OutboundMail) -> None:
    """Have the mail looked for in a while: a mail server files what it sends with a delay."""
    if not _openers or mail.mailbox_id is None:
        return
    ledger.enqueue(
        session,
        LOOK,
        store_id=mail.store_id,
        arguments={"mail_id": mail.id},
        run_at=clock.now() + LOOKS[0],
        dedupe_key=f"{LOOK}:{mail.id}",
    )


@handler(LOOK)
def look(context: JobContext, *, mail_id: str) -> None:
    """Found in Sent, the mail was sent. Not found proves nothing: it is never sent again here."""
    fetch_keys(context.keyring, context.claim.store_id or "")
    with context.transaction() as session:
        mail = _in_doubt(session, mail_id)
        if mail is None or mail.mailbox is None or not _openers:
            return
        folder = _openers[0](session, mail.mailbox, context.keyring, context.config)
        message_id, since = mail.message_id, mail.updated_at
    if folder is not None and _has(folder, message_id):
        with context.transaction() as session:
            _found(session, mail_id)
        return
    later = [since + wait for wait in LOOKS if since + wait > clock.now()]
    if folder is not None and later:
        raise Postponed(later[0])


def _has(folder: SentFolder, message_id: str) -> bool:
    try:
        return folder.has_message(message_id)
    except ConnectorError:
        return False


def _found(session: Session, mail_id: str) -> None:
    mail = _in_doubt(session, mail_id)
    unknown, sent = OutboundState.UNKNOWN, OutboundState.SENT
    if mail and move(session, mail, unknown, sent, sent_at=mail.updated_at, last_error=None):
        announce(session, mail)


def _in_doubt(session: Session, mail_id: str) -> OutboundMail | None:
    return session.scalar(
        select(OutboundMail)
        .options(joinedload(OutboundMail.mailbox))
        .where(OutboundMail.id == mail_id, OutboundMail.state == OutboundState.UNKNOWN)
    )
