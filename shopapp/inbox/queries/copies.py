"""Copies: the same mail a second time on its server, in another folder or with new numbers."""

from __future__ import annotations

import re

from sqlalchemy import exists, select

from shopapp.db import Session
from shopapp.inbox.models import Attachment, DeliveryState, Direction, TicketMessage
from shopapp.inbox.parsing import InboundMessage
from shopapp.mail import queries
from shopapp.mail.models import FolderRole, Mailbox, MailEntry, MailFolder, RawMail

_HEADERS_END = re.compile(rb"\r?\n\r?\n")
_UNSENT = (DeliveryState.DRAFT, DeliveryState.DISCARDED)


def twin(
    session: Session, mail: RawMail, mailbox: Mailbox, message: InboundMessage
) -> TicketMessage | None:
    """The message that a mail read from a server repeats; None when it is one of its own.

    What we sent is known by its Message-ID when it lies in Sent or names us as its sender. Other
    mail is a copy only with the same Message-ID and the same body in the same mailbox: servers
    change headers on the way, and some senders give one Message-ID to different mails.
    """
    if not message.message_id or not _is_from_server(session, mail):
        return None
    same = session.scalars(
        select(TicketMessage).where(
            TicketMessage.message_id == message.message_id,
            TicketMessage.delivery_state.not_in(_UNSENT),
        )
    )
    return next((row for row in same if _is_same(session, row, mail, mailbox, message)), None)


def _is_same(
    session: Session, row: TicketMessage, mail: RawMail, mailbox: Mailbox, message: InboundMessage
) -> bool:
    if row.raw_mail_id is None:
        return row.direction is Direction.OUT and _is_ours(session, mail, mailbox, message)
    other = queries.raw(session, row.raw_mail_id)
    if other is None or other.mailbox_id != mail.mailbox_id:
        return False
    if other.file or mail.file:
        return _says_the_same(session, row, message)
    return bool(other.content) and _body(other.content) == _body(mail.content)


def _says_the_same(session: Session, row: TicketMessage, message: InboundMessage) -> bool:
    """A large mail is not opened again: the same words with the same files are the same body."""
    files = select(Attachment.sha256).where(Attachment.ticket_message_id == row.id)
    same_files = sorted(session.scalars(files)) == sorted(
        each.sha256 for each in message.attachments
    )
    return same_files and row.body_text.split() == message.text.split()


def _is_ours(session: Session, mail: RawMail, mailbox: Mailbox, message: InboundMessage) -> bool:
    """A stranger who names a Message-ID of ours must not make its own mail disappear."""
    if message.from_address.lower() == mailbox.address.lower():
        return True
    in_sent = (
        select(MailEntry.id)
        .join(MailFolder, MailFolder.id == MailEntry.folder_id)
        .where(MailEntry.raw_mail_id == mail.id, MailFolder.role == FolderRole.SENT)
    )
    return bool(session.scalar(select(exists(in_sent))))


def _is_from_server(session: Session, mail: RawMail) -> bool:
    return bool(session.scalar(select(exists().where(MailEntry.raw_mail_id == mail.id))))


def _body(raw: bytes | None) -> bytes:
    parts = _HEADERS_END.split(raw or b"", maxsplit=1)
    return parts[1].strip() if len(parts) > 1 else b""
