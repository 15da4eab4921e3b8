"""Tickets as mail opens them and moves them on."""

from __future__ import annotations

import re

from sqlalchemy import update

from shopapp import clock
from shopapp.db import Session
from shopapp.inbox.actions import drafting, snoozing, waiting
from shopapp.inbox.actions.timeline import note_event
from shopapp.inbox.models import AuthorType, Direction, Ticket, TicketMessage, TicketStatus
from shopapp.inbox.parsing import Address, InboundMessage
from shopapp.inbox.queries import threads
from shopapp.mail.models import Mailbox
from shopapp.stores.models import Store
from shopapp.tenancy import store_of

PREVIEW = 160
_ORDER_NAME = re.compile(r"#\s?(\d{3,8})\b")
_DONE = (TicketStatus.CLOSED, TicketStatus.RESOLVED, TicketStatus.PENDING, TicketStatus.SNOOZED)


def open_ticket(
    session: Session, message: InboundMessage, mailbox: Mailbox, linked_ticket_id: str | None
) -> Ticket:
    """A new ticket for a mail that belongs to none, with its customer and order looked up."""
    customer = customer_of(message, mailbox)
    email = customer.email.lower() if customer else ""
    known = threads.customer_by_email(session, email)
    order = threads.order_meant(session, email, order_names(message))
    ticket = Ticket(
        number=next_number(session),
        subject=message.subject or "(no subject)",
        mailbox_id=mailbox.id,
        customer_email=email,
        customer_name=_name(customer),
        customer_id=known.id if known else None,
        shopify_order_id=order.shopify_id if order else None,
        linked_ticket_id=linked_ticket_id,
        last_message_at=message.date or clock.now(),
    )
    session.add(ticket)
    session.flush()
    note_event(session, ticket, "opened", by=None)
    return ticket


def move_on(
    session: Session, ticket: Ticket, row: TicketMessage, message: InboundMessage, *, is_new: bool
) -> None:
    """What a new message does to its ticket: preview, reopening, and the draft that answers it."""
    ticket.last_message_at = max(ticket.last_message_at, row.sent_at)
    ticket.preview = " ".join(row.visible_text.split())[:PREVIEW]
    if row.direction is Direction.OUT:
        ticket.status = TicketStatus.PENDING if is_new else ticket.status
        waiting.we_replied(session, ticket, row.sent_at)
        return
    if message.is_automatic or ticket.status in (TicketStatus.SPAM, TicketStatus.ARCHIVED):
        return
    if ticket.status in _DONE:
        snoozing.forget(session, ticket)
        ticket.status = TicketStatus.OPEN
        ticket.closed_at = None
        note_event(session, ticket, "reopened", by=None, reason="the customer wrote again")
    waiting.customer_wrote(session, ticket, row.sent_at)
    drafting.outdate(session, ticket)
    drafting.ask_for_draft(session, ticket, row)


def customer_of(message: InboundMessage, mailbox: Mailbox) -> Address | None:
    """Whom a reply goes to: Reply-To before From; of our own mail, its first recipient."""
    others = message.to if _is_own(message.sender, mailbox) else (message.sender,)
    candidates = (one for one in (*message.reply_to, *others) if one is not None and one.email)
    return next((one for one in candidates if not _is_own(one, mailbox)), None)


def author_of(message: InboundMessage, mailbox: Mailbox) -> Address | None:
    """Who wrote: the sender, or of the shop's own contact form whoever its Reply-To names."""
    if not _is_own(message.sender, mailbox):
        return message.sender
    asking = (one for one in message.reply_to if one.email and not _is_own(one, mailbox))
    return next(asking, message.sender)


def author_type(message: InboundMessage, mailbox: Mailbox) -> AuthorType:
    """Who wrote: the store's own address, a machine, or a customer."""
    if _is_own(author_of(message, mailbox), mailbox):
        return AuthorType.STAFF
    return AuthorType.AUTOMATION if message.is_automatic else AuthorType.CUSTOMER


def order_names(message: InboundMessage) -> list[str]:
    """The order names a mail mentions: '#1042'."""
    found = _ORDER_NAME.findall(f"{message.subject}\n{message.text[:20_000]}")
    return [f"#{number}" for number in dict.fromkeys(found)][:10]


def next_number(session: Session) -> int:
    """The store's next ticket number; the store's row is locked until the transaction ends."""
    taken = session.execute(
        update(Store)
        .where(Store.id == store_of(session))
        .values(ticket_count=Store.ticket_count + 1)
        .returning(Store.ticket_count)
        .execution_options(synchronize_session=False)
    )
    return int(taken.scalar_one())


def _is_own(address: Address | None, mailbox: Mailbox) -> bool:
    return address is not None and address.email.lower() == mailbox.address.lower()


def _name(address: Address | None) -> str:
    if address is None:
        return "Unknown sender"
    return address.name or address.email
