"""The saved texts of a reply and of the draft that seeded it."""

from __future__ import annotations

from sqlalchemy import or_, select

from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.drafts.learning.history import Save
from shopapp.drafts.models import AiDraft, AiDraftRevision


def saves(
    session: Session, *, reply_id: str | None = None, draft_id: str | None = None
) -> list[Save]:
    """Every text saved for a reply or an AI draft, oldest first; none without either."""
    about = []
    if reply_id:
        about.append(AiDraftRevision.ticket_message_id == reply_id)
    if draft_id:
        about.append(AiDraftRevision.ai_draft_id == draft_id)
    if not about:
        return []
    rows = session.execute(
        select(AiDraftRevision, User.name, User.email)
        .outerjoin(User, User.id == AiDraftRevision.author_id)
        .where(or_(*about))
        .order_by(AiDraftRevision.created_at, AiDraftRevision.id)
    )
    return [
        Save(row.id, row.body, _author(row, name, email), row.created_at, is_aside=row.version < 1)
        for row, name, email in rows
    ]


def lowest_version(session: Session, reply_id: str) -> int:
    """The lowest version number a reply's saves have; 1 when there are none."""
    lowest = session.scalar(
        select(AiDraftRevision.version)
        .where(AiDraftRevision.ticket_message_id == reply_id)
        .order_by(AiDraftRevision.version)
        .limit(1)
    )
    return 1 if lowest is None else lowest


def draft(session: Session, draft_id: str) -> AiDraft | None:
    """One AI draft."""
    return session.scalar(select(AiDraft).where(AiDraft.id == draft_id))


def _author(row: AiDraftRevision, name: str | None, email: str | None) -> str:
    """Empty for what the drafter wrote: the first save of a reply that it seeded."""
    if row.author_id:
        return name or email or ""
    return "" if row.ai_draft_id and row.version == 1 else "Somebody who left"
