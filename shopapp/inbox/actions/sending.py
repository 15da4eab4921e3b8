"""Approving a reply, taking it back, and hearing what became of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.drafts import actions as drafts
from shopapp.ids import new_id
from shopapp.inbox import threading
from shopapp.inbox.actions import replying, shadowing
from shopapp.inbox.actions.arriving import remember_ids
from shopapp.inbox.actions.timeline import note_event
from shopapp.inbox.models import DeliveryState, Ticket, TicketMessage
from shopapp.inbox.queries import replies
from shopapp.mail import composing, outbox
from shopapp.mail import queries as mails
from shopapp.mail.models import Mailbox, OutboundKind, OutboundMail
from shopapp.refusals import Invalid, Stale

_SLOT = re.compile(r"\{\{[^{}]*\}\}")


class Unseen(Stale):
    """Something arrived that the person had not seen when they approved."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What every reply of a store needs: its mailbox, how long undo lasts, the signing key."""

    mailbox: Mailbox
    undo: timedelta
    key: bytes


def approve(
    session: Session,
    reply: TicketMessage,
    *,
    body: str,
    version: int,
    seen: str,
    envelope: Envelope,
    by: User,
) -> OutboundMail:
    """Approve `body` and queue it, to leave when the undo window has passed.

    Raises Stale (edited by somebody else, or already on its way), Unseen (a message or note
    arrived that `seen` does not know), Invalid (nothing to send, nobody to send it to),
    Shadowed (a ticket of a mailbox in shadow mode).
    """
    replying.revise(session, reply, body=body, version=version, by=by)
    shadowing.refuse(session, reply.ticket)
    _check(session, reply, seen)
    _address(session, reply, envelope, clock.now() + envelope.undo)
    mail = _queued(session, reply, envelope.mailbox, by)
    _leave(session, reply, reply.ticket, by)
    return mail


def undo(session: Session, reply: TicketMessage, *, by: User) -> TicketMessage:
    """Take an approved reply back into the composer; raises Stale once it is on its way."""
    mail = mails.outbound_of(session, reply.id)
    if mail is None or reply.delivery_state is not DeliveryState.QUEUED:
        message = "This reply can no longer be taken back."
        raise Stale(message)
    outbox.cancel(session, mail)
    _return(session, reply)
    note_event(session, reply.ticket, "taken back", by=by)
    record(session, "reply.undone", reply, by=by)
    return reply


def _check(session: Session, reply: TicketMessage, seen: str) -> None:
    if not reply.body_text.strip():
        message = "Write something before you send."
        raise Invalid(message, "body")
    if not reply.recipients:
        message = "This ticket has no address to reply to: its sender could not be read."
        raise Invalid(message, "body")
    if slots := _SLOT.findall(reply.body_text):
        message = f"Fill in {', '.join(dict.fromkeys(slots))} before you send."
        raise Invalid(message, "body")
    if replies.newer_than(session, reply.ticket, seen):
        message = "Something new arrived in this ticket. Read it, then send again."
        raise Unseen(message)


def _address(
    session: Session, reply: TicketMessage, envelope: Envelope, not_before: datetime
) -> None:
    domain = envelope.mailbox.address.rpartition("@")[2]
    reply.message_id = threading.sign_message_id(
        envelope.key,
        store=reply.store_id,
        ticket=reply.ticket_id,
        message=new_id(),
        domain=domain,
    )
    answered = replies.question(session, reply.ticket)
    if answered is not None and answered.message_id:
        reply.in_reply_to = answered.message_id
        reply.references = [*answered.references, answered.message_id]
    reply.author_email = envelope.mailbox.address
    reply.sent_at = not_before
    reply.delivery_detail = None


def _queued(session: Session, reply: TicketMessage, mailbox: Mailbox, by: User) -> OutboundMail:
    return outbox.queue(
        session,
        kind=OutboundKind.REPLY,
        mailbox=mailbox,
        message_id=reply.message_id or "",
        content=_composed(reply, mailbox, reply.ticket),
        envelope_from=mailbox.address,
        recipients=reply.recipients,
        subject=reply.subject,
        approved_by=by,
        idempotency_key=f"reply:{reply.id}:{reply.version}",
        not_before=reply.sent_at,
        ticket_message_id=reply.id,
    )


def _composed(reply: TicketMessage, mailbox: Mailbox, ticket: Ticket) -> bytes:
    try:
        return composing.compose(
            message_id=reply.message_id or "",
            sender=composing.Address(mailbox.address, mailbox.display_name),
            to=[composing.Address(address) for address in reply.recipients],
            subject=_reply_subject(ticket.subject),
            text=reply.body_text,
            in_reply_to=reply.in_reply_to,
            references=reply.references,
            date=clock.now(),
        )
    except composing.Uncomposable as error:
        message = f"This reply cannot be sent: {error}"
        raise Invalid(message, "body") from error


def _reply_subject(subject: str) -> str:
    """'Re: ' before a subject that has no such mark yet."""
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def _leave(session: Session, reply: TicketMessage, ticket: Ticket, by: User) -> None:
    reply.delivery_state = DeliveryState.QUEUED
    reply.author_id = by.id
    reply.author_name = by.name or by.email
    ticket.draft_ready = False
    remember_ids(session, ticket, [reply.message_id])
    draft = replies.draft_behind(session, reply)
    if draft is not None:
        drafts.approve(session, draft, final=reply.body_text, by=by)
    note_event(session, ticket, "approved", by=by)
    record(session, "reply.approved", reply, by=by, after={"version": reply.version})


def _return(session: Session, reply: TicketMessage) -> None:
    reply.delivery_state = DeliveryState.DRAFT
    reply.message_id = None
    reply.ticket.draft_ready = False
    draft = replies.draft_behind(session, reply)
    if draft is not None:
        drafts.withdraw(session, draft)
        reply.ticket.draft_ready = True
