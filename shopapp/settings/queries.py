"""What the settings' pages ask the areas: present values, and what a threshold would match."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import func, select

from shopapp import clock
from shopapp.catalog.models import Order
from shopapp.db import Session
from shopapp.flags.queries import is_overdue
from shopapp.inbox.models import DeliveryState, Direction, Ticket, TicketMessage, TicketStatus
from shopapp.mail.models import Mailbox
from shopapp.stores.models import Store, StoreSettings

PREVIEW = timedelta(days=30)


def general(store: Store, settings: StoreSettings, mailbox: Mailbox | None) -> dict[str, str]:
    """The values of the General page, by field."""
    return {
        "name": store.name,
        "timezone": store.timezone,
        "currency": store.currency,
        "mailbox_address": mailbox.address if mailbox else "",
        "mailbox_name": mailbox.display_name if mailbox else "",
        "signature": settings.signature,
        "brand_voice": settings.brand_voice,
    }


def mailbox_at(session: Session, address: str) -> Mailbox | None:
    """The store's mailbox with this address."""
    return session.scalar(select(Mailbox).where(Mailbox.address == address))


def matches(session: Session, key: str, value: int) -> str | None:
    """What a threshold would have matched in the last 30 days ("3 orders"); None if unknowable."""
    counted = {
        "overdue_hours": _overdue_tickets,
        "unfulfilled_hours": _late_orders,
        "high_value_order": _valuable_orders,
    }.get(key)
    return counted(session, value) if counted else None


def _overdue_tickets(session: Session, hours: int) -> str:
    """Open tickets whose customer had the last word, longer ago than `hours`."""
    now = clock.now()
    last_word = (
        select(TicketMessage.direction)
        .where(
            TicketMessage.ticket_id == Ticket.id,
            TicketMessage.delivery_state.in_((DeliveryState.RECEIVED, DeliveryState.SENT)),
        )
        .order_by(TicketMessage.sent_at.desc(), TicketMessage.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    number = session.scalar(
        select(func.count(Ticket.id)).where(
            Ticket.status == TicketStatus.OPEN,
            Ticket.merged_into_id.is_(None),
            Ticket.last_message_at >= now - PREVIEW,
            Ticket.last_message_at < now - timedelta(hours=hours),
            last_word == Direction.IN,
        )
    )
    return _counted(number or 0, "ticket")


def _late_orders(session: Session, hours: int) -> str:
    """Orders that are still to be shipped and have waited for longer than `hours`."""
    now = clock.now()
    number = session.scalar(
        select(func.count(Order.id)).where(Order.placed_at >= now - PREVIEW, is_overdue(hours, now))
    )
    return _counted(number or 0, "order")


def _valuable_orders(session: Session, amount: int) -> str:
    number = session.scalar(
        select(func.count(Order.id)).where(
            Order.placed_at >= clock.now() - PREVIEW, Order.total > Decimal(amount)
        )
    )
    return _counted(number or 0, "order")


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
