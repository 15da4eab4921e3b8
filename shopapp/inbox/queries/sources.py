"""What a draft may rest on: passages, the order with its parcels, the customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload, selectinload

from shopapp.catalog.models import Order, OrderLine
from shopapp.db import Session
from shopapp.inbox.knowledge_models import KnowledgeArticle, Macro
from shopapp.inbox.models import AuthorType, DeliveryState, Direction, Ticket, TicketMessage

PAST_REPLIES = 300


def macros(session: Session) -> Sequence[Macro]:
    """The macros in use."""
    return session.scalars(select(Macro).where(Macro.is_active.is_(True))).all()


def articles(session: Session) -> Sequence[KnowledgeArticle]:
    """The articles in use."""
    return session.scalars(
        select(KnowledgeArticle).where(KnowledgeArticle.is_active.is_(True))
    ).all()


@dataclass(frozen=True, slots=True)
class Precedent:
    """A reply a person approved, the mail it answered, and words of that order alone."""

    reply: TicketMessage
    question: TicketMessage
    private: tuple[str, ...]


def precedents(session: Session) -> Sequence[Precedent]:
    """The newest replies that were sent, with or without an AI draft behind them."""
    question = aliased(TicketMessage)
    rows = session.execute(
        select(TicketMessage, question, Ticket.shopify_order_id)
        .join(question, question.message_id == TicketMessage.in_reply_to)
        .join(Ticket, Ticket.id == TicketMessage.ticket_id)
        .where(
            question.ticket_id == TicketMessage.ticket_id,
            TicketMessage.direction == Direction.OUT,
            TicketMessage.delivery_state == DeliveryState.SENT,
            TicketMessage.author_type == AuthorType.STAFF,
        )
        .order_by(TicketMessage.sent_at.desc(), TicketMessage.id.desc())
        .limit(PAST_REPLIES)
    ).all()
    words = _words_of_orders(session, {order_id for *_, order_id in rows if order_id})
    return [
        Precedent(reply, asked, tuple(words.get(order_id or "", ())))
        for reply, asked, order_id in rows
    ]


def _words_of_orders(session: Session, order_ids: set[str]) -> dict[str, list[str]]:
    """For each order: its products' titles and the place it went to."""
    words: dict[str, list[str]] = {}
    found = session.execute(
        select(Order.shopify_id, Order.shipping_city, OrderLine.title)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(Order.shopify_id.in_(order_ids))
    )
    for order_id, city, title in found:
        words.setdefault(order_id, []).extend(filter(None, (city, title)))
    return words


def order(session: Session, shopify_order_id: str | None) -> Order | None:
    """An order with its customer, lines and parcels."""
    if not shopify_order_id:
        return None
    return session.scalar(
        select(Order)
        .options(
            joinedload(Order.customer),
            selectinload(Order.lines),
            selectinload(Order.fulfillments),
        )
        .where(Order.shopify_id == shopify_order_id)
    )


def orders_of(session: Session, email: str, limit: int = 5) -> Sequence[Order]:
    """A customer's newest orders with their lines and parcels."""
    if not email:
        return []
    return session.scalars(
        select(Order)
        .options(selectinload(Order.lines), selectinload(Order.fulfillments))
        .where(Order.email == email)
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(limit)
    ).all()
