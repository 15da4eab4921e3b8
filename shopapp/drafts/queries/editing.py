"""Drafts that are edited on their own: the draft, its newest text, and who wrote it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.drafts.models import AiDraft, AiDraftRevision, DraftState, DraftSubject

WORKING = (DraftState.DRAFTING, DraftState.PROPOSED, DraftState.EDITED, DraftState.QUEUED)


def draft(session: Session, draft_id: str, *, locked: bool = False) -> AiDraft | None:
    """One draft with its packet; `locked` until the transaction ends."""
    query = select(AiDraft).where(AiDraft.id == draft_id).options(undefer(AiDraft.context_packet))
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalar(query)


def working(session: Session, subject: DraftSubject, subject_id: str) -> AiDraft | None:
    """The one draft of a subject that is being written, edited or on its way."""
    return session.scalar(
        select(AiDraft).where(
            AiDraft.subject_type == subject,
            AiDraft.subject_id == subject_id,
            AiDraft.state.in_(WORKING),
        )
    )


def rework_of(session: Session, subject: DraftSubject, subject_id: str) -> AiDraft | None:
    """The rework beside a subject's text: being written, or offered."""
    return session.scalar(
        select(AiDraft)
        .where(
            AiDraft.subject_type == subject,
            AiDraft.subject_id == subject_id,
            AiDraft.state.in_((DraftState.REWORKING, DraftState.OFFERED)),
        )
        .order_by(AiDraft.id.desc())
        .limit(1)
    )


def asked_for(
    session: Session, subject: DraftSubject, subject_id: str, limit: int
) -> Sequence[AiDraft]:
    """The newest drafts of a subject for which something left, with what did."""
    return session.scalars(
        select(AiDraft)
        .options(undefer(AiDraft.asked))
        .where(
            AiDraft.subject_type == subject,
            AiDraft.subject_id == subject_id,
            AiDraft.asked.is_not(None),
        )
        .order_by(AiDraft.id.desc())
        .limit(limit)
    ).all()


def newest(session: Session, draft: AiDraft) -> AiDraftRevision | None:
    """The newest text of a draft; its first one is the proposal itself, once that is written."""
    return session.scalars(
        select(AiDraftRevision)
        .where(AiDraftRevision.ai_draft_id == draft.id)
        .order_by(AiDraftRevision.version.desc(), AiDraftRevision.id.desc())
        .limit(1)
    ).one_or_none()


def author(session: Session, revision: AiDraftRevision) -> str:
    """Who wrote it, in a word."""
    name = func.coalesce(func.nullif(User.name, ""), User.email)
    return session.scalar(select(name).where(User.id == revision.author_id)) or "The drafter"
