"""What a draft may rest on: passages, the order with its parcels, the customer."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from shopapp.catalog.models import Order
from shopapp.db import Session
from shopapp.drafts.models import AiDraft, DraftState
from shopapp.inbox.models import KnowledgeArticle, Macro, TicketMessage

PAST_REPLIES = 300


def macros(session: Session) -> Sequence[Macro]:
    """The macros in use."""
    return session.scalars(select(Macro).where(Macro.is_active.is_(True))).all()


def articles(session: Session) -> Sequence[KnowledgeArticle]:
    """The articles in use."""
    return session.scalars(
        select(KnowledgeArticle).where(KnowledgeArticle.is_active.is_(True))
    ).all()


def approved_replies(session: Session) -> Sequence[tuple[AiDraft, TicketMessage]]:
    """The newest approved replies, each with the message it answered."""
    rows = session.execute(
        select(AiDraft, TicketMessage)
        .join(TicketMessage, TicketMessage.id == AiDraft.ticket_message_id)
        .where(AiDraft.state == DraftState.SENT, AiDraft.final_text.is_not(None))
        .order_by(AiDraft.approved_at.desc())
        .limit(PAST_REPLIES)
    )
    return [(draft, message) for draft, message in rows]


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
