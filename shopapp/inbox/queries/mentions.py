"""Who was named where."""

from __future__ import annotations

from sqlalchemy import Select, select
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


def mention(session: Session, mention_id: str) -> Mention | None:
    """One mention with its note."""
    return session.scalar(
        select(Mention).options(joinedload(Mention.message)).where(Mention.id == mention_id)
    )
