"""An approved reply becomes a mail in the outbox: its letter, its headers, its files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.inbox import lettering, threading
from shopapp.inbox.addressing import Recipients
from shopapp.inbox.models import TicketMessage
from shopapp.inbox.queries import replies
from shopapp.mail import composing, outbox
from shopapp.mail.models import Mailbox, OutboundKind, OutboundMail
from shopapp.refusals import Invalid
from shopapp.stores.models import Store, StoreSettings
from shopapp.stores.queries import settings
from shopapp.stores.registry import is_on

FORWARD = "forward"
"""The kind of a reply that passes a message on to somebody else."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What every reply of a store needs: its mailbox, how long undo lasts, the signing key.

    `send_at` is the time somebody chose for it; it stays when the customer writes before, unless
    `send_anyway`.
    """

    mailbox: Mailbox
    undo: timedelta
    key: bytes
    send_at: datetime | None = None
    send_anyway: bool = False


def post(session: Session, reply: TicketMessage, envelope: Envelope, by: User) -> OutboundMail:
    """Queue the reply with its files; raises Invalid when it cannot be written as a mail."""
    people = Recipients(tuple(reply.recipients), tuple(reply.cc), tuple(reply.bcc))
    return outbox.queue(
        session,
        kind=OutboundKind.REPLY,
        mailbox=envelope.mailbox,
        message_id=reply.message_id or "",
        content=_composed(session, reply, envelope, by),
        envelope_from=envelope.mailbox.address,
        recipients=people.everybody(),
        subject=reply.subject,
        approved_by=by,
        idempotency_key=f"reply:{reply.id}:{reply.version}",
        not_before=reply.sent_at,
        terms=outbox.Terms(
            reply.id, _enclosures(session, reply), envelope.send_at, envelope.send_anyway
        ),
    )


def _enclosures(session: Session, reply: TicketMessage) -> list[dict[str, str]]:
    return [
        {"filename": each.filename, "content_type": each.content_type, "sha256": each.sha256}
        for each in replies.files(session, reply)
    ]


def signature_of(mailbox: Mailbox | None, own: StoreSettings, store: Store, by: User) -> str:
    """What goes under a reply of `by`: the mailbox's own signature, else the store's."""
    template = mailbox.signature if mailbox and mailbox.signature is not None else own.signature
    return lettering.signature(template, agent=by.name or by.email, store=store.name)


def _composed(session: Session, reply: TicketMessage, envelope: Envelope, by: User) -> bytes:
    letter, mailbox = _letter(session, reply, envelope.mailbox, by), envelope.mailbox
    try:
        return composing.compose(
            message_id=reply.message_id or "",
            sender=composing.Address(mailbox.address, mailbox.display_name),
            to=[composing.Address(address) for address in reply.recipients],
            cc=[composing.Address(address) for address in reply.cc],
            subject=_subject(reply),
            text=letter.text,
            html=letter.html,
            in_reply_to=reply.in_reply_to,
            references=reply.references,
            reply_to=_reply_to(session, reply, envelope),
            date=clock.now(),
        )
    except composing.Uncomposable as error:
        message = f"This reply cannot be sent: {error}"
        raise Invalid(message, "body") from error


def _letter(session: Session, reply: TicketMessage, mailbox: Mailbox, by: User) -> lettering.Letter:
    store = session.scalars(select(Store).where(Store.id == reply.store_id)).one()
    own = settings(session)
    asked = replies.answered(session, reply) if is_on(own, "quote_original") else None
    quote = _quote(asked, ZoneInfo(store.timezone)) if asked else None
    return lettering.letter(
        reply.body_text, signed=signature_of(mailbox, own, store, by), quote=quote
    )


def _quote(asked: TicketMessage, zone: ZoneInfo) -> lettering.Quote:
    return lettering.Quote(
        asked.author_name or asked.author_email,
        asked.sent_at.astimezone(zone),
        asked.visible_text or asked.body_text,
    )


def _subject(reply: TicketMessage) -> str:
    """'Re: ' before the subject of an answer that has no such mark yet."""
    is_answer = bool(reply.in_reply_to) and reply.kind != FORWARD
    marked = reply.subject.lower().startswith("re:")
    return f"Re: {reply.subject}" if is_answer and not marked else reply.subject


def _reply_to(
    session: Session, reply: TicketMessage, envelope: Envelope
) -> composing.Address | None:
    """An address that names the ticket, for servers known to deliver what stands behind a plus."""
    if not is_on(settings(session), "plus_addresses"):
        return None
    mailbox = envelope.mailbox
    try:
        address = threading.sign_plus_address(
            envelope.key, mailbox.address, store=reply.store_id, ticket=reply.ticket_id
        )
    except ValueError:  # no room before the @
        return None
    return composing.Address(address, mailbox.display_name)
