"""A parsed mail becomes a message: split, with its attachments and every id it mentions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import select

from shopapp import clock
from shopapp.db import Session
from shopapp.inbox import spam
from shopapp.inbox.actions.ticketing import author_of, author_type, told_of_author
from shopapp.inbox.arrivals import Arrival
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
from shopapp.inbox.queries.surroundings import Surroundings
from shopapp.inbox.quoting import split_reply
from shopapp.inbox.undisguising import shown


def add_message(
    session: Session, ticket: Ticket, arrival: Arrival, around: Surroundings, reason: str
) -> TicketMessage:
    """The message's row, saying why it landed here; every id it names leads to the ticket."""
    row = _row(arrival, around.own)
    row.ticket_id = ticket.id
    row.threading_reason = reason
    session.add(row)
    _attach(session, row, arrival)
    known = around.aliases
    new = [each for each in ids_of(arrival.message) if ticket.id not in known.get(each, ())]
    _remember(session, ticket, new)
    around.joined(ticket, row, arrival.mailbox.id, new)
    return row


def ids_of(message: InboundMessage) -> list[str]:
    """Every message id its headers name, once each."""
    named = [message.message_id, message.in_reply_to, *message.references]
    return list(dict.fromkeys(filter(None, named)))


def recognise(arrival: Arrival, around: Surroundings) -> TicketMessage | None:
    """The message that this mail is a second copy of; it says so from now on.

    Either our own reply, back from the Sent folder or a blind copy, or a mail that was sent to
    several of our mailboxes: the same id, sender and words.
    """
    for row in around.twins_of(arrival.message.message_id, arrival.mailbox.id):
        if row.raw_mail_id is None and _is_ours(row, arrival, around):
            row.raw_mail_id = arrival.mail.id
            return row
        if row.raw_mail_id is not None and _is_copy(row, arrival.message):
            also = f"it also came to {arrival.mailbox.address}"
            row.threading_reason = "; ".join(filter(None, (row.threading_reason, also)))
            return row
    return None


def _is_ours(row: TicketMessage, arrival: Arrival, around: Surroundings) -> bool:
    is_own = arrival.message.from_address.lower() in around.own
    return row.direction is Direction.OUT and not row.is_internal_note and is_own


def _is_copy(row: TicketMessage, message: InboundMessage) -> bool:
    same_words = row.body_text.split() == message.text.split()
    return same_words and row.sent_at == (message.date or row.sent_at)


def _row(arrival: Arrival, own: Collection[str]) -> TicketMessage:
    message, sender = arrival.message, author_of(arrival.message, own)
    author = author_type(message, own)
    parts = split_reply(shown(message.html, message.text))
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
        notes=[*message.problems, *told_of_author(message, own)],
        is_forged=spam.is_forged(message.headers),
        delivery_state=DeliveryState.RECEIVED,
        sent_at=message.date or arrival.mail.received_at,
    )


def remember_ids(session: Session, ticket: Ticket, message_ids: Sequence[str | None]) -> None:
    """Every id seen in the headers leads to this ticket from now on."""
    wanted = list(dict.fromkeys(filter(None, message_ids)))
    known = set(
        session.scalars(
            select(MessageAlias.message_id).where(
                MessageAlias.ticket_id == ticket.id, MessageAlias.message_id.in_(wanted)
            )
        )
    )
    _remember(session, ticket, [each for each in wanted if each not in known])


def _remember(session: Session, ticket: Ticket, message_ids: Iterable[str]) -> None:
    stamp = clock.now()
    session.add_all(
        MessageAlias(message_id=message_id, ticket_id=ticket.id, created_at=stamp)
        for message_id in message_ids
    )


def _attach(session: Session, row: TicketMessage, arrival: Arrival) -> None:
    session.add_all(
        Attachment(
            ticket_message_id=row.id,
            filename=item.filename,
            content_type=item.content_type,
            size=item.size,
            sha256=digest,
            content_id=item.content_id,
            is_inline=item.is_inline,
        )
        for item, digest in zip(arrival.message.attachments, arrival.digests, strict=True)
    )
