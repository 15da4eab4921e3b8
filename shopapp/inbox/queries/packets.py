"""The context packet of a ticket: rows turned into what a draft may rest on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from babel import localedata

from shopapp.catalog.models import Customer, Fulfillment, Order
from shopapp.db import Session
from shopapp.drafts.grounding import (
    BrandVoice,
    CustomerFacts,
    FulfilmentFacts,
    LineFacts,
    OrderFacts,
    Packet,
    may_use_order,
)
from shopapp.inbox.models import Ticket
from shopapp.inbox.queries import passages, replies, sources
from shopapp.mail.models import Mailbox
from shopapp.stores.models import Store, StoreSettings
from shopapp.stores.registry import is_on


@dataclass(frozen=True, slots=True)
class Voice:
    """Whose words a draft speaks: the store, its settings and its mailbox."""

    store: Store
    settings: StoreSettings
    mailbox: Mailbox | None


def packet(session: Session, ticket: Ticket, voice: Voice) -> Packet:
    """Everything a draft for `ticket` may rest on: the facts, and the passages that may answer."""
    asked = replies.question(session, ticket)
    text = f"{asked.subject}\n{asked.visible_text}" if asked else ""
    learns = is_on(voice.settings, "learn_from_replies")
    found = passages.passages(session, text, learns=learns)
    return replace(facts(session, ticket, voice), passages=found)


def facts(session: Session, ticket: Ticket, voice: Voice) -> Packet:
    """Everything a reply to `ticket` may state.

    The order's facts are in it only when every recipient of the reply is the order's customer.
    """
    order = sources.order(session, ticket.shopify_order_id)
    recipients = [ticket.customer_email] if ticket.customer_email else []
    is_theirs = order is not None and may_use_order(recipients, order.email)
    return Packet(
        brand=_brand(voice),
        customer=_customer(ticket, order.customer if order and is_theirs else None),
        order=order_facts(order, voice.store.timezone) if order and is_theirs else None,
    )


def order_facts(order: Order, timezone: str) -> OrderFacts:
    """An order as the mirror knows it, its moments in the store's time zone."""
    zone = ZoneInfo(timezone)
    return OrderFacts(
        name=order.name,
        placed_at=order.placed_at.astimezone(zone),
        total=order.total,
        currency=order.currency,
        financial_status=order.financial_status,
        fulfillment_status=order.fulfillment_status,
        as_of=order.synced_at.astimezone(zone),
        lines=tuple(LineFacts(line.title, line.quantity, line.sku or "") for line in order.lines),
        fulfilments=tuple(_parcel(parcel, zone) for parcel in order.fulfillments),
        cancelled_at=order.cancelled_at.astimezone(zone) if order.cancelled_at else None,
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


def _brand(voice: Voice) -> BrandVoice:
    return BrandVoice(
        store_name=voice.store.name,
        signature=voice.settings.signature,
        email=voice.mailbox.address if voice.mailbox else "",
        url=voice.store.primary_domain or "",
        locale=_locale(voice.store.country),
    )


def _locale(country: str | None) -> str:
    """English as the store's country writes dates and amounts, where such a locale exists."""
    locale = f"en_{(country or '').upper()}"
    return locale if localedata.exists(locale) else "en"


def _customer(ticket: Ticket, customer: Customer | None) -> CustomerFacts:
    if customer is not None:
        return CustomerFacts(
            customer.first_name, customer.name, customer.email or "", customer.order_count
        )
    name = ticket.customer_name if "@" not in ticket.customer_name else ""
    first = name.split()[0] if name and name != "Unknown sender" else ""
    return CustomerFacts(first, name, ticket.customer_email)
