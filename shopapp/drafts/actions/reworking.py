"""Reworking: a changed version of what a person edits, made beside it and never over it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shopapp.db import Session
from shopapp.drafts.actions import writing
from shopapp.drafts.actions.writing import Commission, Written
from shopapp.drafts.models import AiDraft, DraftState
from shopapp.drafts.proposals import NothingFits, Rework, Wish
from shopapp.drafts.queries import editing as queries
from shopapp.drafts.queries.making import ATTEMPTS, key, making
from shopapp.drafts.reading.words import language
from shopapp.jobs.context import JobContext
from shopapp.jobs.ledger import enqueue
from shopapp.refusals import Stale
from shopapp.tenancy import store_of

STEPS = 3  # read, written, offered
GONE = "There is no reworked draft any more."


def ask(
    session: Session, draft: AiDraft, wish: Wish, text: str, *, job: str, **place: str
) -> AiDraft:
    """Have `text` reworked by `job` as the new row `draft`; what was offered before goes.

    `place` says where the text stands, in the area's own words. Raises Stale while another rework
    for the same subject is being written.
    """
    _put_away(session, queries.rework_of(session, draft.subject_type, draft.subject_id), job)
    draft.state, draft.wish = DraftState.REWORKING, _stored(wish, text) | place
    session.add(draft)
    session.flush()
    enqueue(
        session,
        job,
        store_id=store_of(session),
        arguments={"draft_id": draft.id},
        dedupe_key=key(job, draft.id),
        max_attempts=ATTEMPTS,
    )
    return draft


def run(
    context: JobContext,
    draft_id: str,
    *,
    commission: Callable[[Session, AiDraft, Wish], Commission | None],
    is_edited: Callable[[Session, AiDraft], bool],
) -> None:
    """Write what was wished, and offer it beside the text if that is still being edited.

    `commission` reads what a drafter is told, None where nobody waits any more. Read in one
    transaction, written in none, offered in a third.
    """
    with context.transaction() as session:
        read = _read(session, draft_id, commission)
        context.progress(1, STEPS)
    if read is None:
        return
    try:
        written = writing.write(context, read)
    except writing.Overtaken:
        return
    with context.transaction() as session:
        context.progress(STEPS, STEPS)
        _offer(session, session.get_one(AiDraft, draft_id), written, is_edited)


def take(session: Session, draft: AiDraft, parent: AiDraft | None) -> AiDraft:
    """The rework is what is edited from now on; the draft before it becomes stale."""
    if parent is not None:
        parent.state = DraftState.STALE
        session.flush()
    draft.state = DraftState.EDITED
    return draft


def joined(draft: AiDraft, text: str) -> str:
    """The reworked text below `text`; the rework has served."""
    draft.state, draft.discard_reason = DraftState.SET_ASIDE, "inserted"
    return "\n\n".join(part for part in (text.rstrip(), draft.content) if part)


def set_aside(draft: AiDraft) -> AiDraft:
    """The person keeps their own text, or does not want to wait."""
    draft.state, draft.discard_reason = DraftState.SET_ASIDE, "kept"
    return draft


def check_offered(draft: AiDraft, **place: str) -> None:
    """Raises Stale when the rework of the text at `place` has gone."""
    is_its = place.items() <= (draft.wish or {}).items()
    if draft.state is not DraftState.OFFERED or not draft.content or not is_its:
        raise Stale(GONE)


def has_moved(draft: AiDraft, text: str) -> bool:
    """Whether the text was changed after it was given to be reworked."""
    return bool((draft.wish or {}).get("text") != text)


def wish_of(draft: AiDraft) -> Wish:
    """What was wished, of which text."""
    wish = draft.wish or {}
    return Wish(Rework(wish["rework"]), wish["instruction"], wish["language"], wish["text"])


def passages_behind(session: Session, draft: AiDraft) -> frozenset[str]:
    """What the draft at hand and those before it rest on: another one rests on something else."""
    found: set[str] = set()
    parent = draft.parent_id
    while parent is not None and (row := session.get(AiDraft, parent)) is not None:
        found.update(str(source["id"]) for source in row.sources)
        parent = row.parent_id
    return frozenset(found)


def _read(
    session: Session,
    draft_id: str,
    commission: Callable[[Session, AiDraft, Wish], Commission | None],
) -> Commission | None:
    draft = session.get(AiDraft, draft_id)
    if draft is None or draft.state is not DraftState.REWORKING or draft.wish is None:
        return None
    found = commission(session, draft, wish_of(draft))
    if found is None:
        draft.state = DraftState.SET_ASIDE
    return found


def _offer(
    session: Session,
    draft: AiDraft,
    written: Written,
    is_edited: Callable[[Session, AiDraft], bool],
) -> None:
    """Beside the text, or out of the way when nobody edits that any more."""
    if draft.state is not DraftState.REWORKING:
        return
    writing.keep(draft, written)
    draft.language = language(draft.content) or None
    draft.state = DraftState.OFFERED if is_edited(session, draft) else DraftState.SET_ASIDE
    if isinstance(written.outcome, NothingFits) and written.trouble:
        draft.error = written.trouble


def _put_away(session: Session, standing: AiDraft | None, job: str) -> None:
    """Make room for another rework; raises Stale while the one that stands is being written."""
    if standing is None:
        return
    is_written = standing.state is DraftState.REWORKING
    if is_written and not making(session, standing, job).given_up:
        message = "This text is being reworked already."
        raise Stale(message)
    standing.state = DraftState.SET_ASIDE


def _stored(wish: Wish, text: str) -> dict[str, Any]:
    return {
        "rework": wish.rework.value,
        "instruction": wish.instruction,
        "language": wish.language,
        "text": text,
    }
