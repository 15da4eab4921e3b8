"""What a draft may rest on: passages, the order with its parcels, the customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from shopapp.catalog.models import Order, OrderLine
from shopapp.db import Session
from shopapp.drafts.models import AiDraft, SourceFeedback, Verdict
from shopapp.inbox.models import (
    ArticleKind,
    AuthorType,
    DeliveryState,
    Direction,
    KnowledgeArticle,
    Macro,
    Ticket,
    TicketMessage,
)
from shopapp.inbox.queries.alike import tickets_alike

MOST = 2_000  # macros, and articles, that one draft looks at: those changed last
ALIKE, NEWEST = 32, 8  # past conversations that share words with the mail; and of the last days
REPLIES = 40  # of these that are read
_QUESTION, _RECENT = aliased(TicketMessage), aliased(TicketMessage)


def macros(session: Session) -> Sequence[Macro]:
    """The macros in use."""
    return session.scalars(select(Macro).where(Macro.is_active.is_(True))).all()


def macro_texts(session: Session) -> Sequence[Row[str, str, str, list[str]]]:
    """Id, title, body and intents of the macros in use."""
    columns = select(Macro.id, Macro.title, Macro.body, Macro.intents)
    order = Macro.updated_at.desc(), Macro.id
    return session.execute(columns.where(Macro.is_active).order_by(*order).limit(MOST)).all()


def article_texts(session: Session) -> Sequence[Row[str, str, str, ArticleKind]]:
    """Id, title, body and kind of the articles and policies in use."""
    kept = KnowledgeArticle
    columns = select(kept.id, kept.title, kept.body, kept.kind)
    order = kept.updated_at.desc(), kept.id
    return session.execute(columns.where(kept.is_active).order_by(*order).limit(MOST)).all()


def verdicts(session: Session) -> Sequence[Row[str, Verdict, int]]:
    """For each source how often people said what of it, since its text was changed last."""
    said = SourceFeedback
    return session.execute(
        select(said.source_id, said.verdict, func.count())
        .where(said.is_settled.is_(False))
        .group_by(said.source_id, said.verdict)
    ).all()


@dataclass(frozen=True, slots=True)
class Precedent:
    """A reply a person approved, the mail it answered, and words of that order alone.

    `ned` is how far it was from its draft (0 to 1; 0 without one) and `drawn_from` the ids of what
    that draft rested on.
    """

    id: str
    body: str
    sent_at: datetime
    subject: str
    question: str
    author: tuple[str, str]
    ned: float
    drawn_from: tuple[str, ...]
    private: tuple[str, ...]


def precedents(session: Session, text: str = "") -> Sequence[Precedent]:
    """Replies that were sent, with or without an AI draft: to mails like `text`, and the newest."""
    alike = tickets_alike(session, text, ALIKE)
    question, reply = _QUESTION, TicketMessage
    rows = session.execute(
        select(
            *(reply.id, reply.body_text, reply.sent_at, question.subject, question.visible_text),
            *(question.author_name, question.author_email, Ticket.shopify_order_id),
            *(AiDraft.score, AiDraft.sources),
        )
        .join(question, question.message_id == reply.in_reply_to)
        .join(Ticket, Ticket.id == reply.ticket_id)
        .outerjoin(AiDraft, AiDraft.reply_id == reply.id)
        .where(
            or_(reply.ticket_id.in_(alike), reply.id.in_(_newest())),
            question.ticket_id == reply.ticket_id,
            *_is_approved(reply),
        )
        .order_by(reply.sent_at.desc(), reply.id.desc())
        .limit(REPLIES)
    ).all()
    words = _words_of_orders(session, {row.shopify_order_id for row in rows} - {None})
    return [_precedent(row, words) for row in rows]


def _newest() -> ScalarSelect[Any]:
    return (
        select(_RECENT.id)
        .where(*_is_approved(_RECENT), _RECENT.in_reply_to.is_not(None))
        .order_by(_RECENT.sent_at.desc(), _RECENT.id.desc())
        .limit(NEWEST)
        .scalar_subquery()
    )


def _is_approved(reply: type[TicketMessage]) -> tuple[ColumnElement[bool], ...]:
    return (
        reply.direction == Direction.OUT,
        reply.delivery_state == DeliveryState.SENT,
        reply.author_type == AuthorType.STAFF,
    )


def _precedent(row: Row[Any], words: Mapping[str, list[str]]) -> Precedent:
    score, sources = row.score or {}, row.sources or []
    return Precedent(
        id=row.id,
        body=row.body_text,
        sent_at=row.sent_at,
        subject=row.subject,
        question=row.visible_text,
        author=(row.author_name, row.author_email),
        ned=float(score.get("ned") or 0.0),
        drawn_from=tuple(str(source["id"]) for source in sources),
        private=tuple(words.get(row.shopify_order_id or "", ())),
    )


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
