"""Commissioning: a draft that is no reply, written in the background by the store's model."""

from __future__ import annotations

from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.drafts import subjects
from shopapp.drafts.actions import editing, writing
from shopapp.drafts.actions.writing import Commission, Written
from shopapp.drafts.drafters.modelled import Terms
from shopapp.drafts.grounding import Packet
from shopapp.drafts.models import AiDraft, DraftState, DraftSubject
from shopapp.drafts.proposals import NothingFits, Proposal, Wish
from shopapp.drafts.queries import editing as queries
from shopapp.drafts.queries.making import ATTEMPTS, key, making
from shopapp.drafts.queries.writers import language_model
from shopapp.drafts.subjects import Assignment
from shopapp.jobs.context import JobContext
from shopapp.jobs.ledger import enqueue
from shopapp.jobs.registry import handler
from shopapp.refusals import Invalid, Stale
from shopapp.tenancy import store_of

WRITE = "drafts.write"
STEPS = 3  # read, written, kept
_ANEW = Wish()
CHANGED = "What this is about changed while it was written: draft it anew."


def commission(session: Session, subject: DraftSubject, subject_id: str, *, by: User) -> AiDraft:
    """Have a draft written for a subject, or give the one that stands; one given up is tried again.

    Without a language model it is there at once. Raises Invalid or Stale where none is wanted, and
    Invalid where the embedded drafter has nothing to write.
    """
    if (standing := queries.working(session, subject, subject_id)) is not None:
        if making(session, standing, WRITE).given_up:
            _enqueue(session, standing)
        return standing
    assignment = subjects.desk_of(subject).assignment(session, subject_id, _ANEW)
    service = language_model(session)
    if service is None:
        return editing.begin(session, subject, subject_id, _ready(assignment), by=by)
    draft = editing.open_row(session, subject, subject_id, model=service.model, by=by)
    _enqueue(session, draft)
    return draft


def stop_waiting(session: Session, draft: AiDraft, *, by: User) -> None:
    """Have the embedded drafter write what a model is still writing.

    Raises Stale when it is written already, Invalid where there is nothing to write without one.
    """
    queries.draft(session, draft.id, locked=True)
    if draft.state is not DraftState.DRAFTING:
        message = "It is written already."
        raise Stale(message)
    assignment = subjects.desk_of(draft.subject_type).assignment(session, draft.subject_id, _ANEW)
    _propose(session, draft, Written(_ready(assignment), 0))


def terms(session: Session, assignment: Assignment) -> Terms | None:
    """How the store's language model is asked; None without one."""
    service = language_model(session)
    if service is None:
        return None
    return Terms(
        service.model,
        service.temperature,
        service.language,
        service.masks_people,
        assignment.known,
        assignment.prompt_version,
        assignment.longest,
    )


@handler(WRITE)
def write_draft(context: JobContext, *, draft_id: str) -> None:
    """Write what was commissioned, unless nobody waits for it any more.

    Read in one transaction, written in none, kept in a third step: a worker that dies leaves a
    draft that its next attempt fills, one that lost its lease writes nothing.
    """
    commission = _read(context, draft_id)
    if commission is None:
        return
    try:
        written = writing.write(context, commission)
    except writing.Overtaken:
        return
    with context.transaction() as session:
        context.progress(STEPS, STEPS)
        draft = session.get_one(AiDraft, draft_id, with_for_update=True)
        if draft.state is DraftState.DRAFTING:
            _settle(session, draft, written, commission.brief.packet)


def _enqueue(session: Session, draft: AiDraft) -> None:
    enqueue(
        session,
        WRITE,
        store_id=store_of(session),
        arguments={"draft_id": draft.id},
        dedupe_key=key(WRITE, draft.id),
        max_attempts=ATTEMPTS,
    )


def _read(context: JobContext, draft_id: str) -> Commission | None:
    """What is to be written; nothing when somebody was faster, or none is wanted any more."""
    with context.transaction() as session:
        draft = session.get(AiDraft, draft_id)
        if draft is None or draft.state is not DraftState.DRAFTING:
            return None
        desk = subjects.desk_of(draft.subject_type)
        try:
            assignment = desk.assignment(session, draft.subject_id, _ANEW)
        except (Invalid, Stale) as refusal:
            draft.state, draft.error = DraftState.STALE, str(refusal)
            return None
        context.progress(1, STEPS)
        asked = terms(session, assignment)
        return Commission(draft.id, assignment.brief, asked, assignment.embedded)


def _settle(session: Session, draft: AiDraft, written: Written, packet: Packet) -> None:
    """Propose what was written, unless its subject has changed since."""
    desk = subjects.desk_of(draft.subject_type)
    try:
        now = desk.assignment(session, draft.subject_id, _ANEW).brief.packet
        why = "" if now.matter == packet.matter else CHANGED
    except (Invalid, Stale) as refusal:
        why = str(refusal)
    if why:
        writing.keep(draft, written)
        draft.state, draft.error = DraftState.STALE, why
        return
    _propose(session, draft, written)


def _propose(session: Session, draft: AiDraft, written: Written) -> None:
    writing.keep(draft, written)
    if isinstance(written.outcome, NothingFits):
        draft.state = DraftState.FAILED
        return
    draft.state = DraftState.PROPOSED
    editing.first_save(session, draft)


def _ready(assignment: Assignment) -> Proposal:
    """What the embedded drafter writes, at once; raises Invalid where it has nothing."""
    outcome = assignment.embedded.draft(assignment.brief, lambda _: None)
    if isinstance(outcome, NothingFits):
        raise Invalid(outcome.reason)
    return outcome
