"""Tickets as mail opens them and moves them on."""

from __future__ import annotations

import re
from collections.abc import Collection

from sqlalchemy import update

from shopapp import clock
from shopapp.db import Session
from shopapp.inbox import intermediaries
from shopapp.inbox.actions import drafting, snoozing, waiting
from shopapp.inbox.actions.timeline import note_event
from shopapp.inbox.arrivals import Arrival
from shopapp.inbox.models import (
    AuthorType,
    Direction,
    Priority,
    Ticket,
    TicketMessage,
    TicketStatus,
)
from shopapp.inbox.parsing import Address, InboundMessage
from shopapp.inbox.queries.families import customer_wrote_after
from shopapp.inbox.queries.surroundings import Surroundings
from shopapp.stores.models import Store
from shopapp.tenancy import store_of

PREVIEW = 160
_ORDER_NAME = re.compile(r"#\s?(\d{3,8})\b")
_DONE = (TicketStatus.CLOSED, TicketStatus.RESOLVED, TicketStatus.PENDING, TicketStatus.SNOOZED)


class Numbers:
    """Ticket numbers for one transaction: the store's row is locked with the first, and written
    when all are given out."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._last: int | None = None
        self.given = 0

    def next(self) -> int:
        """The store's next ticket number."""
        self.given += 1
        self._last = 1 + (_counted(self._session, 0) if self._last is None else self._last)
        return self._last

    def settle(self) -> None:
        """Write down which was the last."""
        if self._last is not None:
            last = update(Store).where(Store.id == store_of(self._session))
            written = last.values(ticket_count=self._last)
            self._session.execute(written.execution_options(synchronize_session=False))


def open_ticket(
    session: Session,
    arrival: Arrival,
    linked_ticket_id: str | None,
    around: Surroundings,
    numbers: Numbers,
) -> Ticket:
    """A new ticket for a mail that belongs to none, with its customer and order looked up."""
    message = arrival.message
    customer = customer_of(message, around.own)
    email = customer.email.lower() if customer else ""
    ticket = Ticket(
        number=numbers.next(),
        subject=message.subject or "(no subject)",
        status=TicketStatus.OPEN,
        priority=Priority.NORMAL,
        mailbox_id=arrival.mailbox.id,
        customer_email=email,
        customer_name=_name(customer),
        customer_id=around.customers.get(email),
        shopify_order_id=around.orders.meant(email, order_names(message)),
        linked_ticket_id=linked_ticket_id,
        last_message_at=message.date or clock.now(),
    )
    session.add(ticket)
    around.opened(ticket)
    note_event(session, ticket, "opened", by=None)
    return ticket


def move_on(
    session: Session,
    ticket: Ticket,
    row: TicketMessage,
    message: InboundMessage,
    *,
    is_new: bool,
    is_fresh: bool = True,
) -> None:
    """What a new message does to its ticket: preview, reopening, and the draft that answers it.

    One that is not fresh gets no draft by itself: a moved mailbox would have thousands made.
    """
    ticket.last_message_at = max(ticket.last_message_at, row.sent_at)
    ticket.preview = " ".join(row.visible_text.split())[:PREVIEW]
    if row.direction is Direction.OUT:
        waiting.we_replied(session, ticket, row.sent_at)
        _wait(session, ticket, row, is_new=is_new)
        return
    if message.is_automatic or ticket.status in (TicketStatus.SPAM, TicketStatus.ARCHIVED):
        return
    if ticket.status in _DONE:
        snoozing.forget(session, ticket)
        ticket.status = TicketStatus.OPEN
        ticket.closed_at = None
        note_event(session, ticket, "reopened", by=None, reason="the customer wrote again")
    waiting.customer_wrote(session, ticket, row.sent_at)
    if is_fresh:
        drafting.outdate(session, ticket)
        drafting.ask_for_draft(session, ticket, row)


def _wait(session: Session, ticket: Ticket, row: TicketMessage, *, is_new: bool) -> None:
    """Somebody of ours wrote elsewhere: it is the customer's turn, unless they wrote since."""
    if not is_new and customer_wrote_after(session, ticket, row.sent_at):
        return
    if is_new or ticket.status is TicketStatus.OPEN:
        ticket.status = TicketStatus.PENDING
    drafting.give_up(session, ticket)


def customer_of(message: InboundMessage, own: Collection[str]) -> Address | None:
    """Whom a reply goes to: Reply-To before From; of our own mail, its first recipient.

    `own` are the addresses of our mailboxes, here and below. Nobody when a form names nobody: what
    its text says anybody can have typed.
    """
    others = message.to if _is_own(message.sender, own) else _itself(message.sender, own)
    candidates = (one for one in (*message.reply_to, *others) if one.email)
    return next((one for one in candidates if not _is_own(one, own)), None)


def author_of(message: InboundMessage, own: Collection[str]) -> Address | None:
    """Who wrote: the sender, or of a contact form or a no-reply whoever its Reply-To names."""
    if message.sender is None or not intermediaries.speaks_for_others(message.sender.email, own):
        return message.sender
    asking = (one for one in message.reply_to if one.email and not _is_own(one, own))
    return next(asking, message.sender)


def told_of_author(message: InboundMessage, own: Collection[str]) -> list[str]:
    """What people should know of who wrote: of a form without Reply-To, whom its text names."""
    sender = message.sender
    if sender is None or message.reply_to or not intermediaries.is_form(sender.email, own):
        return []
    email = intermediaries.named(message.text)
    said = (
        f"Its text says {email}: ask yourself whether that is so, then" if email else "To answer,"
    )
    return [f"This came through a form that names nobody to reply to. {said} add the address."]


def author_type(message: InboundMessage, own: Collection[str]) -> AuthorType:
    """Who wrote: the store's own address, a machine, or a customer."""
    if _is_own(author_of(message, own), own):
        return AuthorType.STAFF
    return AuthorType.AUTOMATION if message.is_automatic else AuthorType.CUSTOMER


def order_names(message: InboundMessage) -> list[str]:
    """The order names a mail mentions: '#1042'."""
    found = _ORDER_NAME.findall(f"{message.subject}\n{message.text[:20_000]}")
    return [f"#{number}" for number in dict.fromkeys(found)][:10]


def next_number(session: Session) -> int:
    """The store's next ticket number; the store's row is locked until the transaction ends."""
    return _counted(session, 1)


def _counted(session: Session, more: int) -> int:
    taken = session.execute(
        update(Store)
        .where(Store.id == store_of(session))
        .values(ticket_count=Store.ticket_count + more)
        .returning(Store.ticket_count)
        .execution_options(synchronize_session=False)
    )
    return int(taken.scalar_one())


def _is_own(address: Address | None, own: Collection[str]) -> bool:
    return address is not None and address.email.lower() in own


def _itself(sender: Address | None, own: Collection[str]) -> tuple[Address, ...]:
    return () if sender is None or intermediaries.is_form(sender.email, own) else (sender,)


def _name(address: Address | None) -> str:
    if address is None:
        return "Unknown sender"
    return address.name or address.email
