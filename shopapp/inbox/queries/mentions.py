"""Who was named where."""

from __future__ import annotations

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from shopapp.db import Session
from shopapp.inbox.models import Mention, TicketMessage


def of(user_id: str) -> Select[Mention]:
    """Every mention of somebody, with its note and ticket."""
    return (
        select(Mention)
        .options(joinedload(Mention.message).joinedload(TicketMessage.ticket))
        .where(Mention.user_id == user_id)
    )


def mention(session: Session, mention_id: str, user_id: str) -> Mention | None:
    """One mention of this person."""
    return session.scalar(of(user_id).where(Mention.id == mention_id))


def unread(session: Session, user_id: str) -> int:
    """How many mentions somebody has not read."""
    waiting = select(func.count()).where(Mention.user_id == user_id, Mention.seen_at.is_(None))
    return session.scalar(waiting) or 0
