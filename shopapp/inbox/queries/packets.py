"""The context packet of a ticket: rows turned into what a draft may rest on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from shopapp.catalog.models import Customer, Fulfillment, Order
from shopapp.db import Session
from shopapp.drafts.grounding import (
    CustomerFacts,
    FulfilmentFacts,
    LineFacts,
    OrderFacts,
    Packet,
)
from shopapp.drafts.queries import rules, voices
from shopapp.inbox.models import Ticket, TicketMessage
from shopapp.inbox.queries import audience, passages, replies, said, sources
from shopapp.mail.models import Mailbox
from shopapp.stores.models import Store, StoreSettings
from shopapp.stores.registry import is_on


@dataclass(frozen=True, slots=True)
class Voice:
    """Whose words a draft speaks: the store, its settings and its mailbox."""

    store: Store
    settings: StoreSettings
    mailbox: Mailbox | None


def packet(
    session: Session, ticket: Ticket, voice: Voice, question: TicketMessage | None = None
) -> Packet:
    """Everything a draft that answers `question` may rest on or has to know.

    The facts, the passages that may answer, what was asked and written before, the customer's
    history with the store, and the rules of style. Without a `question` it is the newest.
    """
    asked = question or replies.question(session, ticket)
    words, subject = (said.words(asked), said.subject(asked)) if asked else ("", "")
    learns = is_on(voice.settings, "learn_from_replies")
    fitting = passages.passages(session, f"{subject}\n{words}", learns=learns)
    known = facts(session, ticket, voice)
    return replace(
        known,
        customer=replace(known.customer, tickets_count=said.tickets_before(session, ticket)),
        passages=fitting,
        style_rules=rules.style_rules(session, ticket.mailbox_id, said.intent(asked)),
        question=words[: said.READ],
        subject=subject,
        history=said.history(session, ticket, asked),
    )


def facts(session: Session, ticket: Ticket, voice: Voice) -> Packet:
    """Everything a reply to `ticket` may state.

    The order's facts are in it only when every recipient of the reply is the order's customer, or
    was named by a person as one who may read them.
    """
    order = sources.order(session, ticket.shopify_order_id)
    is_theirs = order is not None and audience.may_read(session, ticket, order)
    return Packet(
        brand=voices.voice(
            voice.store, voice.settings, voice.mailbox.address if voice.mailbox else ""
        ),
        customer=_customer(ticket, order.customer if order and is_theirs else None),
        order=order_facts(order, voice.store) if order and is_theirs else None,
    )


def order_facts(order: Order, store: Store) -> OrderFacts:
    """An order as the mirror knows it, its moments in the store's time zone.

    It was read when it last changed here, or when the store's orders were last compared with
    Shopify's, which says that it had not.
    """
    zone = ZoneInfo(store.timezone)
    read_at = max(order.synced_at, store.last_synced_at or order.synced_at)
    return OrderFacts(
        name=order.name,
        placed_at=order.placed_at.astimezone(zone),
        total=order.total,
        currency=order.currency,
        financial_status=order.financial_status,
        fulfillment_status=order.fulfillment_status,
        as_of=read_at.astimezone(zone),
        lines=tuple(
            LineFacts(line.title, line.quantity, line.sku or "", line.price) for line in order.lines
        ),
        fulfilments=tuple(_parcel(parcel, zone) for parcel in order.fulfillments),
        cancelled_at=order.cancelled_at.astimezone(zone) if order.cancelled_at else None,
        refunded=order.refunded,
        shipping=order.shipping,
        discount=order.discount,
    )


def _parcel(parcel: Fulfillment, zone: ZoneInfo) -> FulfilmentFacts:
    estimate, arrived = parcel.estimated_delivery, parcel.delivered_at
    return FulfilmentFacts(
        carrier=parcel.carrier or "",
        tracking_number=parcel.tracking_number or "",
        tracking_url=parcel.tracking_url or "",
        shipped_at=parcel.shipped_at.astimezone(zone),
        estimated_delivery=estimate.astimezone(zone).date() if estimate else None,
        delivered_at=arrived.astimezone(zone) if arrived else None,
    )


def _customer(ticket: Ticket, customer: Customer | None) -> CustomerFacts:
    if customer is not None:
        return CustomerFacts(
            customer.first_name, customer.name, customer.email or "", customer.order_count
        )
    name = ticket.customer_name if "@" not in ticket.customer_name else ""
    first = name.split()[0] if name and name != "Unknown sender" else ""
    return CustomerFacts(first, name, ticket.customer_email)
