"""Resting: when a text that drafts rest on changes, those that wait are made anew or say so."""

from __future__ import annotations

from sqlalchemy import update

from shopapp.db import Session
from shopapp.drafts.models import AiDraft, DraftState, DraftSubject, SourceFeedback
from shopapp.inbox.actions import drafting
from shopapp.inbox.actions.timeline import note_event
from shopapp.inbox.models import Ticket
from shopapp.inbox.queries import knowledge, replies


def text_changed(session: Session, source_id: str, why: str) -> int:
    """Settle what was said of the old text; how many drafts that wait rested on it.

    An untouched draft is stale and another one is asked for; one that a person edits stays and
    tells `why`, as the ticket's timeline does for both.
    """
    said = SourceFeedback.source_id == source_id
    session.execute(update(SourceFeedback).where(said).values(is_settled=True))
    found = knowledge.waiting(session, source_id)
    for draft in found:
        draft.error = why
        _tell(session, draft, why)
    return len(found)


def _tell(session: Session, draft: AiDraft, why: str) -> None:
    if draft.subject_type is not DraftSubject.TICKET:
        return
    ticket = session.get(Ticket, draft.subject_id)
    if ticket is None:
        return
    note_event(session, ticket, "source changed", by=None, to=why)
    question = replies.question(session, ticket)
    if draft.state is DraftState.PROPOSED and question is not None:
        drafting.outdate(session, ticket)
        drafting.ask_for_draft(session, ticket, question)
