"""What the ticket's work menu and chips show: tags, snooze choices, ratings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from shopapp.catalog.models import InventoryLevel, Order, OrderLine, Variant
from shopapp.db import Session
from shopapp.inbox.models import CsatRating, Score, Tag, Ticket, TicketTag


def tags_of(session: Session, ticket: Ticket) -> Sequence[str]:
    """The names of a ticket's tags, by name."""
    return session.scalars(
        select(Tag.name)
        .join(TicketTag, TicketTag.tag_id == Tag.id)
        .where(TicketTag.ticket_id == ticket.id)
        .order_by(Tag.name)
    ).all()


def tag_names(session: Session, limit: int = 100) -> Sequence[str]:
    """The store's tags, by name."""
    return session.scalars(select(Tag.name).order_by(Tag.name).limit(limit)).all()


def tags(session: Session) -> Sequence[tuple[Tag, int]]:
    """The store's tags by name, each with how many tickets bear it."""
    rows = session.execute(
        select(Tag, func.count(TicketTag.id))
        .outerjoin(TicketTag, TicketTag.tag_id == Tag.id)
        .group_by(Tag.id)
        .order_by(Tag.name)
    )
    return list(rows.all())


def order_of(session: Session, ticket: Ticket) -> Order | None:
    """The order a ticket is about."""
    if not ticket.shopify_order_id:
        return None
    return session.scalar(select(Order).where(Order.shopify_id == ticket.shopify_order_id))


def sold_out(session: Session, order: Order | None) -> Sequence[tuple[Variant, str]]:
    """What of an order is out of stock, with its name on the order."""
    if order is None:
        return []
    stock = (
        select(func.sum(InventoryLevel.available))
        .where(InventoryLevel.variant_id == Variant.id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Variant, OrderLine.title)
        .join(OrderLine, OrderLine.variant_id == Variant.id)
        .where(OrderLine.order_id == order.id, func.coalesce(stock, 0) <= 0)
        .order_by(OrderLine.position)
        .limit(5)
    )
    return list(rows.all())


def variant(session: Session, variant_id: str) -> Variant | None:
    """One variant."""
    return session.get(Variant, variant_id)


def rating_of(session: Session, ticket: Ticket) -> CsatRating | None:
    """What the customer said about the ticket last."""
    return session.scalar(
        select(CsatRating)
        .where(CsatRating.ticket_id == ticket.id, CsatRating.score.is_not(None))
        .order_by(CsatRating.rated_at.desc())
        .limit(1)
    )


def rating(session: Session, rating_id: str) -> CsatRating | None:
    """One survey."""
    return session.get(CsatRating, rating_id)


def ratings_since(session: Session, since: datetime) -> dict[Score, int]:
    """How many customers gave each score since a moment."""
    rows = session.execute(
        select(CsatRating.score, func.count())
        .where(CsatRating.rated_at >= since, CsatRating.score.is_not(None))
        .group_by(CsatRating.score)
    )
    found = dict(rows.all())
    return {score: found.get(score, 0) for score in Score}
