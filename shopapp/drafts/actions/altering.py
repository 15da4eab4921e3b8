"""Altering: the text in the shared editor, reworked by a drafter, and taken or left."""

from __future__ import annotations

from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.drafts import subjects
from shopapp.drafts.actions import commissioning, editing, reworking
from shopapp.drafts.actions.writing import Commission
from shopapp.drafts.drafters import embedded
from shopapp.drafts.models import AiDraft, AiDraftRevision
from shopapp.drafts.proposals import Wish
from shopapp.drafts.queries import editing as queries
from shopapp.drafts.queries.writers import language_model
from shopapp.jobs.context import JobContext
from shopapp.jobs.registry import handler
from shopapp.refusals import Invalid, Stale

ALTER = "drafts.rework"


def ask(session: Session, draft: AiDraft, wish: Wish) -> AiDraft:
    """Have the draft's newest text reworked in the background; what was offered before goes.

    Raises Stale when it is no longer edited or a rework of it is being written, and what the area
    raises where no text is wanted any more.
    """
    text = editing.held(session, draft).body
    subjects.desk_of(draft.subject_type).assignment(session, draft.subject_id, wish)
    service = language_model(session)
    row = AiDraft(
        subject_type=draft.subject_type,
        subject_id=draft.subject_id,
        parent_id=draft.id,
        model=service.model if service else embedded.MODEL,
        version="",
        intent=draft.intent,
    )
    return reworking.ask(session, row, wish, text, job=ALTER, draft_id=draft.id)


def replace(session: Session, draft: AiDraft, rework: AiDraft, *, by: User) -> AiDraft:
    """The rework is edited from now on; what it replaced is the first of its versions.

    Raises Stale when the draft or the rework has gone.
    """
    newest = editing.held(session, draft)
    reworking.check_offered(rework, draft_id=draft.id)
    reworking.take(session, rework, draft)
    was = AiDraftRevision(version=newest.version, body=newest.body, author_id=newest.author_id)
    now = AiDraftRevision(version=newest.version + 1, body=rework.content, author_id=by.id)
    for saved in (was, now):
        saved.ai_draft_id = rework.id
        session.add(saved)
    record(session, "draft.reworked", rework, by=by, after={"replaces": draft.id})
    session.flush()
    return rework


def insert(session: Session, draft: AiDraft, rework: AiDraft, *, by: User) -> AiDraft:
    """Put the reworked text below the draft's; raises Stale as `replace` does."""
    newest = editing.held(session, draft)
    reworking.check_offered(rework, draft_id=draft.id)
    body = reworking.joined(rework, newest.body)
    editing.revise(session, draft, body=body, version=newest.version, by=by)
    return draft


@handler(ALTER)
def rework_draft(context: JobContext, *, draft_id: str) -> None:
    """Write what was wished, and offer it beside the draft if that is still being edited."""
    reworking.run(context, draft_id, commission=_commission, is_edited=_is_edited)


def _commission(session: Session, row: AiDraft, wish: Wish) -> Commission | None:
    if not _is_edited(session, row):
        return None
    try:
        desk = subjects.desk_of(row.subject_type)
        assignment = desk.assignment(session, row.subject_id, wish)
    except (Invalid, Stale):
        return None
    terms = commissioning.terms(session, assignment)
    return Commission(row.id, assignment.brief, terms, assignment.embedded)


def _is_edited(session: Session, row: AiDraft) -> bool:
    """Whether the draft it is of is still being edited."""
    parent = queries.draft(session, row.parent_id) if row.parent_id else None
    return parent is not None and parent.state in editing.OPEN
