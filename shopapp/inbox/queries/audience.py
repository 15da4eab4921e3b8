"""The audience of a reply: whom it goes to, and who of them may read of an order."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from shopapp.catalog.models import Order
from shopapp.db import Session
from shopapp.drafts.grounding import may_use_order
from shopapp.inbox.addressing import Recipients, reply_all
from shopapp.inbox.models import Ticket, TicketEvent, TicketMessage
from shopapp.inbox.queries import replies
from shopapp.inbox.queries.families import family
from shopapp.mail.queries import own_addresses

SHOWN = "shown"
"""The event by which a person lets an address (`to`) read of an order (`order`, its name)."""


def default(session: Session, ticket: Ticket, asked: TicketMessage | None) -> Recipients:
    """Everybody of the message a reply would answer, but ourselves; else the customer."""
    if asked is None:
        return Recipients((ticket.customer_email,) if ticket.customer_email else ())
    return reply_all(
        author=asked.author_email,
        reply_to=asked.reply_to,
        recipients=asked.recipients,
        own=own_addresses(session),
        customer=ticket.customer_email,
    )


def may_read(session: Session, ticket: Ticket, order: Order) -> bool:
    """Whether each one the ticket's reply goes to may read of `order`, as far as mail can prove.

    The reply is the one in the composer as it stands, else the one to everybody of the newest
    question. Nobody may when that question is not from whom it says.
    """
    asked = replies.question(session, ticket)
    if asked is not None and asked.is_forged:
        return False
    reply = replies.in_writing(session, ticket)
    people = of(reply) if reply else default(session, ticket, asked)
    addresses = people.everybody()
    return bool(addresses) and not strangers(session, ticket, order, addresses)


def of(reply: TicketMessage) -> Recipients:
    """Whom a reply goes to as it stands."""
    return Recipients(tuple(reply.recipients), tuple(reply.cc), tuple(reply.bcc))


def strangers(
    session: Session, ticket: Ticket, order: Order, addresses: Iterable[str]
) -> list[str]:
    """Those who are not the order's customer, and of whom no person said that they may read it."""
    others = [each for each in addresses if not may_use_order([each], order.email)]
    allowed = _allowed(session, ticket, order) if others else set()
    return [each for each in others if each.lower() not in allowed]


def _allowed(session: Session, ticket: Ticket, order: Order) -> set[str]:
    details = session.scalars(
        select(TicketEvent.detail).where(
            TicketEvent.ticket_id.in_(family(ticket.id)), TicketEvent.kind == SHOWN
        )
    )
    return {str(each["to"]).lower() for each in details if each.get("order") == order.name}
