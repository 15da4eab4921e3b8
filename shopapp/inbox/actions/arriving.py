"""A parsed mail becomes a message: split, with its attachments and every id it mentions."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from shopapp import clock
from shopapp.db import Session
from shopapp.inbox.actions.ticketing import author_of, author_type
from shopapp.inbox.models import (
    Attachment,
    AuthorType,
    DeliveryState,
    Direction,
    MessageAlias,
    Ticket,
    TicketMessage,
)
from shopapp.inbox.parsing import InboundMessage
from shopapp.inbox.quoting import split_reply
from shopapp.inbox.sanitising import hidden_text, visible_text
from shopapp.mail.files import Files
from shopapp.mail.models import Mailbox, RawMail


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail that came in: what was read, its bytes, and the mailbox it came to."""

    message: InboundMessage
    mail: RawMail
    mailbox: Mailbox


def add_message(
    session: Session, ticket: Ticket, arrival: Arrival, files: Files, reason: str
) -> TicketMessage:
    """The message's row, saying why it landed here."""
    message = arrival.message
    row = _row(arrival)
    row.ticket_id = ticket.id
    row.threading_reason = reason
    session.add(row)
    session.flush()
    _attach(session, row, message, files)
    remember_ids(session, ticket, [message.message_id, message.in_reply_to, *message.references])
    return row


def _row(arrival: Arrival) -> TicketMessage:
    message, sender = arrival.message, author_of(arrival.message, arrival.mailbox)
    author = author_type(message, arrival.mailbox)
    parts = split_reply(_shown(message))
    return TicketMessage(
        raw_mail_id=arrival.mail.id,
        author_type=author,
        author_name=(sender.name or sender.email) if sender else "",
        author_email=sender.email.lower() if sender else "",
        recipients=[person.email.lower() for person in (*message.to, *message.cc) if person.email],
        reply_to=[person.email.lower() for person in message.reply_to if person.email],
        direction=Direction.OUT if author is AuthorType.STAFF else Direction.IN,
        kind=message.kind.value,
        subject=message.subject,
        message_id=message.message_id,
        in_reply_to=message.in_reply_to,
        references=list(message.references),
        body_html=message.html,
        body_text=message.text,
        visible_text=parts.visible,
        quoted_text=parts.quoted,
        signature_text=parts.signature,
        notes=list(message.problems),
        delivery_state=DeliveryState.RECEIVED,
        sent_at=message.date or arrival.mail.received_at,
    )


def _shown(message: InboundMessage) -> str:
    """The words a reader sees: of HTML that hides some, only the others."""
    if message.html and hidden_text(message.html):
        return visible_text(message.html)
    return message.text


def remember_ids(session: Session, ticket: Ticket, message_ids: list[str | None]) -> None:
    """Every id seen in the headers leads to this ticket from now on."""
    wanted = list(dict.fromkeys(filter(None, message_ids)))
    known = set(
        session.scalars(
            select(MessageAlias.message_id).where(
                MessageAlias.ticket_id == ticket.id, MessageAlias.message_id.in_(wanted)
            )
        )
    )
    stamp = clock.now()
    session.add_all(
        MessageAlias(message_id=message_id, ticket_id=ticket.id, created_at=stamp)
        for message_id in wanted
        if message_id not in known
    )


def _attach(session: Session, row: TicketMessage, message: InboundMessage, files: Files) -> None:
    session.add_all(
        Attachment(
            ticket_message_id=row.id,
            filename=item.filename,
            content_type=item.content_type,
            size=item.size,
            sha256=files.keep(item.content),
            content_id=item.content_id,
            is_inline=item.is_inline,
        )
        for item in message.attachments
    )
