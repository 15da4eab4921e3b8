"""Withheld: why a draft was written without an order's facts, and what a person can do about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shopapp.catalog.models import Order
from shopapp.db import Session
from shopapp.drafts.grounding import Packet, may_use_order
from shopapp.drafts.reading.facts import FactKind, facts
from shopapp.drafts.reading.notations import identifier
from shopapp.inbox.models import Ticket, TicketMessage
from shopapp.inbox.queries import audience, customers, replies, sources

_MOST = 3
_DRAFT_AGAIN = "then draft again."


@dataclass(frozen=True, slots=True)
class Withheld:
    """A `reason` in one sentence, and what to do about it in another."""

    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.reason} {self.remedy}"


def withheld(session: Session, ticket: Ticket, packet: Packet) -> Withheld | None:
    """Why `packet` holds no order, as things stand now; None when it holds one.

    The first reason that applies is the one to be mended first.
    """
    if packet.order is not None:
        return None
    asked = replies.question(session, ticket)
    order = sources.order(session, ticket.shopify_order_id)
    found = _of_sender(ticket, asked) or (
        _of_audience(session, ticket, asked, order) if order else _nothing(session, ticket, asked)
    )
    return found or Withheld(
        f"The draft was written before order {order.name if order else ''} was free to be used.",
        "Draft again to rest on it.",
    )


def _of_sender(ticket: Ticket, asked: TicketMessage | None) -> Withheld | None:
    if asked is not None and asked.is_forged:
        return Withheld(
            "The sender is not proven: your mail server’s check of this mail failed (DMARC).",
            "Look the order up yourself and confirm each fact you state, or ask the customer to "
            "write from the address they ordered with.",
        )
    if not ticket.customer_email:
        return Withheld(
            "Nobody knows whose mail this is: it came from a form or a machine, without Reply-To.",
            f"Add the customer’s address under To, {_DRAFT_AGAIN}",
        )
    return None


def _of_audience(
    session: Session, ticket: Ticket, asked: TicketMessage | None, order: Order
) -> Withheld | None:
    reply = replies.in_writing(session, ticket)
    people = audience.of(reply) if reply else audience.default(session, ticket, asked)
    addresses = people.everybody()
    if not addresses:
        return Withheld("The reply has no recipient yet.", f"Add one under To, {_DRAFT_AGAIN}")
    others = audience.strangers(session, ticket, order, addresses)
    if not others:
        return _of_question(asked, order)
    told = ", ".join(others[:_MOST]) + (" and others" if len(others) > _MOST else "")
    if not order.email:
        return Withheld(
            f"Order {order.name} names no customer, so nobody is known to be free to read of it.",
            "Add the address to the order in Shopify, or say when you send that they may read it.",
        )
    if not may_use_order([ticket.customer_email], order.email):
        return Withheld(
            f"Order {order.name} is another customer’s ({order.email}), not {told}’s.",
            "Link the right order beside the ticket, or say when you send that they may read it.",
        )
    verb = "is not" if len(others) == 1 else "are not"
    return Withheld(
        f"{told} {verb} the customer of order {order.name}.",
        f"Take the address out under To, {_DRAFT_AGAIN} Or say when you send that they may read "
        "it.",
    )


def _of_question(asked: TicketMessage | None, order: Order) -> Withheld | None:
    """A mail that names another order than the ticket's is not answered with this one's facts."""
    names = list(dict.fromkeys(_named(asked)))
    if not names or any(identifier(order.name).endswith(identifier(each)) for each in names):
        return None
    return Withheld(
        f"The mail names {names[0]}, the ticket is linked to order {order.name}.",
        f"Link the right order beside the ticket, {_DRAFT_AGAIN}",
    )


def _nothing(session: Session, ticket: Ticket, asked: TicketMessage | None) -> Withheld:
    link = f"Link one beside the ticket, {_DRAFT_AGAIN}"
    if ticket.shopify_order_id:
        return Withheld("The ticket’s order is no longer among the shop’s orders.", link)
    if names := list(dict.fromkeys(_named(asked))):
        theirs = customers.order_named(session, names[0])
        if theirs is None:
            return Withheld(
                f"No order is called {names[0]}.",
                f"Ask for the number, or link the order beside the ticket, {_DRAFT_AGAIN}",
            )
        return Withheld(
            f"Order {theirs.name} was ordered with another address than {ticket.customer_email}.",
            f"If it is theirs, link it beside the ticket, {_DRAFT_AGAIN}",
        )
    known = sources.orders_of(session, ticket.customer_email)
    if not known:
        return Withheld(f"No order was placed with {ticket.customer_email}.", link)
    return Withheld(
        f"{ticket.customer_email} has {len(known)} orders or more, and the mail names none."
        if len(known) > 1
        else f"Order {known[0].name} came after this mail, or is not linked to it.",
        link,
    )


def _named(asked: TicketMessage | None) -> Iterator[str]:
    """The orders that a mail names, as it writes them."""
    text = f"{asked.subject}\n{asked.visible_text or asked.body_text}" if asked else ""
    return (fact.text for fact in facts(text) if fact.kind is FactKind.ORDER)
