"""Drafts that are edited on their own: the draft, its newest text, and who wrote it."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.drafts.models import AiDraft, AiDraftRevision, DraftState, DraftSubject

WORKING = (DraftState.PROPOSED, DraftState.EDITED, DraftState.QUEUED)


def draft(session: Session, draft_id: str, *, locked: bool = False) -> AiDraft | None:
    """One draft with its packet; `locked` until the transaction ends."""
    query = select(AiDraft).where(AiDraft.id == draft_id).options(undefer(AiDraft.context_packet))
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalar(query)


def working(session: Session, subject: DraftSubject, subject_id: str) -> AiDraft | None:
    """The one draft of a subject that is being edited or on its way."""
    return session.scalar(
        select(AiDraft).where(
            AiDraft.subject_type == subject,
            AiDraft.subject_id == subject_id,
            AiDraft.state.in_(WORKING),
        )
    )


def newest(session: Session, draft: AiDraft) -> AiDraftRevision:
    """The newest text of a draft; its first one is the proposal itself."""
    return session.scalars(
        select(AiDraftRevision)
        .where(AiDraftRevision.ai_draft_id == draft.id)
        .order_by(AiDraftRevision.version.desc(), AiDraftRevision.id.desc())
        .limit(1)
    ).one()


def author(session: Session, revision: AiDraftRevision) -> str:
    """Who wrote it, in a word."""
    name = func.coalesce(func.nullif(User.name, ""), User.email)
    return session.scalar(select(name).where(User.id == revision.author_id)) or "The drafter"
