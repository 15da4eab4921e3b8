"""Knowledge gaps: those to decide on, and the replies they are found in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased, selectinload, undefer

from shopapp.db import Session
from shopapp.drafts.learning import gaps
from shopapp.drafts.models import AiDraft
from shopapp.inbox.models import AuthorType, DeliveryState, Direction, KnowledgeGap, TicketMessage
from shopapp.inbox.queries import sources

LISTED = 200
KNOWN = 2_000
_READ = 20_000  # characters of each text


def gap(session: Session, gap_id: str) -> KnowledgeGap | None:
    """One gap with its examples."""
    return session.scalar(_with_examples().where(KnowledgeGap.id == gap_id))


def listed(session: Session) -> Sequence[KnowledgeGap]:
    """The store's gaps with their examples, the latest change first."""
    statement = _with_examples().order_by(KnowledgeGap.updated_at.desc(), KnowledgeGap.id.desc())
    return session.scalars(statement.limit(LISTED)).all()


def known(session: Session) -> Sequence[KnowledgeGap]:
    """Every gap that was ever proposed, with its examples, up to `KNOWN` of them."""
    return session.scalars(_with_examples().order_by(KnowledgeGap.id).limit(KNOWN)).all()


def answered(session: Session, since: datetime, limit: int) -> list[gaps.Reply]:
    """The newest replies people sent since then, with the draft behind each where there was one."""
    question = aliased(TicketMessage)
    rows = session.execute(
        select(TicketMessage, question, AiDraft)
        .join(question, question.message_id == TicketMessage.in_reply_to)
        .outerjoin(AiDraft, AiDraft.reply_id == TicketMessage.id)
        .options(undefer(AiDraft.context_packet))
        .where(
            question.ticket_id == TicketMessage.ticket_id,
            TicketMessage.direction == Direction.OUT,
            TicketMessage.delivery_state == DeliveryState.SENT,
            TicketMessage.author_type == AuthorType.STAFF,
            TicketMessage.sent_at >= since,
        )
        .order_by(TicketMessage.sent_at.desc(), TicketMessage.id.desc())
        .limit(limit)
    )
    return [_reply(reply, asked, draft) for reply, asked, draft in rows]


def known_texts(session: Session) -> list[str]:
    """What the store's articles, policies and macros say."""
    written = (*sources.article_texts(session), *sources.macro_texts(session))
    return [row.body for row in written]


def _reply(reply: TicketMessage, asked: TicketMessage, draft: AiDraft | None) -> gaps.Reply:
    names = (asked.author_name, *asked.author_name.split(), *reply.author_name.split())
    return gaps.Reply(
        ticket_id=reply.ticket_id,
        question=asked.visible_text[:_READ],
        draft=draft.content[:_READ] if draft else "",
        final=reply.body_text[:_READ],
        names=tuple(name for name in dict.fromkeys(names) if name),
    )


def _with_examples() -> Select[KnowledgeGap]:
    return select(KnowledgeGap).options(selectinload(KnowledgeGap.examples))
