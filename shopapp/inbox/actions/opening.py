"""Conversations and replies we begin ourselves: a new message, a message passed on."""

from __future__ import annotations

from datetime import datetime

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.catalog.models import Customer
from shopapp.db import Session
from shopapp.inbox import lettering
from shopapp.inbox.actions import attaching, replying
from shopapp.inbox.actions.posting import FORWARD
from shopapp.inbox.actions.ticketing import next_number
from shopapp.inbox.actions.timeline import note_event
from shopapp.inbox.addressing import Recipients
from shopapp.inbox.models import Ticket, TicketMessage
from shopapp.inbox.queries import threads
from shopapp.mail.models import Mailbox
from shopapp.refusals import Invalid


def open_conversation(
    session: Session,
    *,
    mailbox: Mailbox,
    recipients: Recipients,
    subject: str,
    body: str,
    by: User,
    reply_id: str,
) -> TicketMessage:
    """A ticket that begins with a message of ours, still in writing as `reply_id`.

    Raises Invalid without a recipient or a subject.
    """
    if not recipients.to:
        message = "Add the address this goes to."
        raise Invalid(message, "to")
    if not subject.strip():
        message = "Give it a subject."
        raise Invalid(message, "subject")
    ticket = _ticket(session, mailbox, recipients.to[0], " ".join(subject.split()))
    session.flush()
    note_event(session, ticket, "begun", by=by)
    record(session, "ticket.begun", ticket, by=by)
    return replying.begin(
        session, ticket, body=body, by=by, recipients=recipients, id=reply_id, kind="normal"
    )


def forward(
    session: Session, message: TicketMessage, ticket: Ticket, *, by: User, at: datetime
) -> TicketMessage:
    """A message in the composer, files and all, to be passed on to whom a person will name.

    `at` is when it was written, in the store's zone. Raises Stale while another reply is written.
    """
    subject = message.subject or ticket.subject
    body = lettering.forwarded(
        author=message.author_name,
        address=message.author_email,
        at=at,
        subject=subject,
        text=message.body_text,
    )
    reply = replying.begin(
        session,
        ticket,
        body=body,
        by=by,
        recipients=Recipients(),
        kind=FORWARD,
        subject=f"Fwd: {subject}",
    )
    attaching.take_over(session, message, reply)
    return reply


def _ticket(session: Session, mailbox: Mailbox, address: str, subject: str) -> Ticket:
    known = threads.customers_by_email(session, [address.lower()]).get(address.lower())
    customer = session.get(Customer, known) if known else None
    name = customer.name if customer else ""
    ticket = Ticket(
        number=next_number(session),
        subject=subject,
        mailbox_id=mailbox.id,
        customer_email=address.lower(),
        customer_name=name or address,
        customer_id=customer.id if customer else None,
        last_message_at=clock.now(),
    )
    session.add(ticket)
    return ticket
