"""Approving a reply, taking it back, and letting one leave that waits for its time."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.drafts.actions import concluding as drafts
from shopapp.drafts.drafters.guarding import holes
from shopapp.ids import new_id
from shopapp.inbox import addressing, threading
from shopapp.inbox.actions import checking, disclosing, posting, replying, shadowing
from shopapp.inbox.actions.arriving import remember_ids
from shopapp.inbox.actions.posting import Envelope
from shopapp.inbox.actions.timeline import note_event
from shopapp.inbox.addressing import Recipients
from shopapp.inbox.models import AuthorType, DeliveryState, Ticket, TicketMessage, TicketStatus
from shopapp.inbox.queries import replies
from shopapp.inbox.queries.unseen import unseen
from shopapp.mail import outbox
from shopapp.mail import queries as mails
from shopapp.mail.models import Mailbox, OutboundMail
from shopapp.refusals import Invalid, Stale

_SLOT = re.compile(r"\{\{[^{}]*\}\}")
HELD = "The customer wrote before this was to leave."
"""Why a reply that had a time stands in the composer again."""


class Unseen(Stale):
    """Something happened that the person had not seen when they approved; `news` tells what."""

    def __init__(self, message: str, news: list[str]) -> None:
        super().__init__(message)
        self.news = news


def approve(
    session: Session,
    reply: TicketMessage,
    *,
    body: str,
    version: int,
    seen: str,
    envelope: Envelope,
    by: User,
    recipients: Recipients | None = None,
    may_see: Collection[str] = (),
) -> OutboundMail:
    """Approve `body` and queue it, to leave when the undo window has passed, or at its time.

    `recipients` replace those it has. Raises Stale (edited by somebody else, or already on its
    way), Unseen (a message or note arrived, or a colleague did something, that `seen` does not
    know), Invalid (nothing to send, nobody to send it to), Unconfirmed and OrderChanged (see
    `checking`), Exposed (somebody would read of another one's order and is not among `may_see`),
    Shadowed (a ticket of a mailbox in shadow mode).
    """
    replying.revise(session, reply, body=body, version=version, by=by, recipients=recipients)
    shadowing.refuse(session, reply.ticket)
    _check(session, reply, envelope.mailbox)
    _check_seen(session, reply, seen, by)
    disclosing.refuse_exposure(session, reply, may_see=may_see, by=by)
    checking.check(session, reply)
    _address(session, reply, envelope, envelope.send_at or clock.now() + envelope.undo)
    _leave(session, reply, reply.ticket, by)
    mail = posting.post(session, reply, envelope, by)
    _schedule(session, reply.ticket, envelope.send_at, by)
    return mail


def undo(session: Session, reply: TicketMessage, *, by: User) -> TicketMessage:
    """Take an approved reply back into the composer; raises Stale once it is on its way."""
    _take_back(session, reply)
    note_event(session, reply.ticket, "taken back", by=by)
    record(session, "reply.undone", reply, by=by)
    return reply


def send_now(session: Session, reply: TicketMessage, *, by: User) -> TicketMessage:
    """Let a reply leave at once that was to leave later; raises Stale when it waits no longer."""
    mail = mails.outbound_of(session, reply.id)
    if mail is None or mail.send_at is None:
        message = "This reply waits for no time."
        raise Stale(message)
    outbox.hasten(session, mail)
    reply.sent_at = mail.not_before
    reply.ticket.scheduled_for = None
    note_event(session, reply.ticket, "sent at once", by=by)
    record(session, "reply.hastened", reply, by=by)
    return reply


def hold_back(session: Session, ticket: Ticket) -> None:
    """The customer wrote first: what was to leave later returns to the composer, text and all."""
    if ticket.scheduled_for is None:
        return
    reply = replies.in_writing(session, ticket)
    mail = mails.outbound_of(session, reply.id) if reply else None
    if reply is None or mail is None or mail.send_at is None or mail.send_anyway:
        return
    try:
        take_back(session, reply, HELD)
    except Stale:  # on its way already
        return


def take_back(session: Session, reply: TicketMessage, reason: str) -> None:
    """A queued reply returns to the composer by itself; raises Stale once it is on its way."""
    _take_back(session, reply)
    reply.delivery_detail = reason
    event, why = ("held back", None) if reason == HELD else ("stopped", reason)
    note_event(session, reply.ticket, event, by=None, reason=why)


def _take_back(session: Session, reply: TicketMessage) -> None:
    mail = mails.outbound_of(session, reply.id)
    if mail is None or reply.delivery_state is not DeliveryState.QUEUED:
        message = "This reply can no longer be taken back."
        raise Stale(message)
    outbox.cancel(session, mail)
    _return(session, reply)


def slots(text: str) -> list[str]:
    """The variables of a macro that still stand in a reply, each once: they stop the send."""
    return list(dict.fromkeys(_SLOT.findall(text)))


def _check(session: Session, reply: TicketMessage, mailbox: Mailbox) -> None:
    if not reply.body_text.strip():
        message = "Write something before you send."
        raise Invalid(message, "body")
    if not reply.recipients:
        message = "There is no address to send this to: add one."
        raise Invalid(message, "to")
    _check_loop(session, reply)
    if empty := [*slots(reply.body_text), *holes(reply.body_text)]:
        message = f"Fill in {', '.join(empty)} before you send."
        raise Invalid(message, "body")
    if mailbox.is_shadow:
        message = f"{mailbox.address} is a shadow mailbox, which never sends. Choose another."
        raise Invalid(message, "mailbox")


def _check_seen(session: Session, reply: TicketMessage, seen: str, by: User) -> None:
    if news := unseen(session, reply.ticket, seen, by):
        message = "Something new arrived in this ticket. Read it, then send again."
        raise Unseen(message, news)


def _check_loop(session: Session, reply: TicketMessage) -> None:
    own = mails.own_addresses(session)
    for address in (*reply.recipients, *reply.cc, *reply.bcc):
        if addressing.is_own(address, own):
            message = f"{address} is a mailbox of this store: the reply would come back. Remove it."
            raise Invalid(message, "to")


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
    answered = replies.answered(session, reply)
    if answered is not None and answered.message_id:
        reply.in_reply_to = answered.message_id
        reply.references = [*answered.references, answered.message_id]
    reply.author_email = envelope.mailbox.address
    reply.sent_at = not_before
    reply.delivery_detail = None


def _leave(session: Session, reply: TicketMessage, ticket: Ticket, by: User) -> None:
    reply.delivery_state = DeliveryState.QUEUED
    reply.author_type, reply.author_id = AuthorType.STAFF, by.id
    reply.author_name = by.name or by.email
    ticket.draft_ready = False
    remember_ids(session, ticket, [reply.message_id])
    draft = replies.draft_behind(session, reply)
    if draft is not None:
        drafts.approve(session, draft, final=reply.body_text, by=by)
    note_event(session, ticket, "approved", by=by)
    record(session, "reply.approved", reply, by=by, after={"version": reply.version})


def _schedule(session: Session, ticket: Ticket, send_at: datetime | None, by: User) -> None:
    """What leaves later waits for us no more: the ticket stands with those that wait."""
    ticket.scheduled_for = send_at
    if send_at is None:
        return
    note_event(session, ticket, "scheduled", by=by, at=send_at.isoformat())
    if ticket.status is TicketStatus.OPEN:
        ticket.status = TicketStatus.PENDING


def _return(session: Session, reply: TicketMessage) -> None:
    reply.delivery_state = DeliveryState.DRAFT
    reply.message_id = None
    replying.unschedule(reply.ticket)
    reply.ticket.draft_ready = False
    draft = replies.draft_behind(session, reply)
    if draft is not None:
        drafts.withdraw(session, draft)
        reply.ticket.draft_ready = True
