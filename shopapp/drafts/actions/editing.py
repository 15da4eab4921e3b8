"""A draft edited on its own: begun, saved, approved or discarded, whatever it is for."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.exc import IntegrityError

from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.drafts import subjects
from shopapp.drafts.actions import concluding, writing
from shopapp.drafts.actions.writing import Written
from shopapp.drafts.drafters.guarding import holes
from shopapp.drafts.locking.lock import unsupported
from shopapp.drafts.models import AiDraft, AiDraftRevision, DraftState, DraftSubject
from shopapp.drafts.proposals import Proposal
from shopapp.drafts.queries import editing as queries
from shopapp.drafts.reading.facts import Fact
from shopapp.drafts.unpacking import packet_of
from shopapp.refusals import Invalid, Stale

LONGEST = 20_000
OPEN = (DraftState.PROPOSED, DraftState.EDITED)


class Unconfirmed(Invalid):
    """The text states `facts` that nothing supports, and nobody has vouched for."""

    def __init__(self, facts: Collection[Fact]) -> None:
        names = ", ".join(fact.text for fact in facts)
        super().__init__(f"Nothing here supports {names}: correct it, or confirm it.", "body")
        self.facts = tuple(facts)


def begin(
    session: Session, subject: DraftSubject, subject_id: str, proposal: Proposal, *, by: User
) -> AiDraft:
    """Keep a proposal as the subject's draft, to be edited; the one being edited if there is one.

    Raises Stale when somebody else begins one at this moment.
    """
    if (standing := queries.working(session, subject, subject_id)) is not None:
        return standing
    draft = open_row(session, subject, subject_id, model=proposal.model, by=by)
    writing.keep(draft, Written(proposal, 0))
    draft.state = DraftState.PROPOSED
    first_save(session, draft)
    return draft


def open_row(
    session: Session, subject: DraftSubject, subject_id: str, *, model: str, by: User
) -> AiDraft:
    """The row of a draft that `model` is to write; raises Stale when somebody else opened one."""
    draft = AiDraft(
        subject_type=subject,
        subject_id=subject_id,
        model=model,
        version="",
        intent=subject.value.replace("_", "-"),
    )
    try:
        with session.begin_nested():
            session.add(draft)
    except IntegrityError:
        message = "Somebody else is drafting this right now: reload the page."
        raise Stale(message) from None
    record(session, "draft.begun", draft, by=by, after={"for": subject.value})
    return draft


def first_save(session: Session, draft: AiDraft) -> None:
    """What the drafter wrote is the first text of it."""
    session.add(AiDraftRevision(ai_draft_id=draft.id, version=1, body=draft.content))
    session.flush()


def revise(
    session: Session, draft: AiDraft, *, body: str, version: int, by: User
) -> AiDraftRevision:
    """Save what a person typed over `version`; raises Stale when somebody saved since.

    A save of their own that was still on its way is no other version.
    """
    newest = held(session, draft)
    if body == newest.body:
        return newest
    is_own = newest.author_id == by.id and newest.version == version + 1
    if newest.version != version and not is_own:
        message = f"{queries.author(session, newest)} changed this text while you were writing."
        raise Stale(message)
    if len(body) > LONGEST:
        message = f"At most {LONGEST:,} characters fit: shorten it."
        raise Invalid(message, "body")
    draft.state = DraftState.EDITED
    saved = AiDraftRevision(
        ai_draft_id=draft.id, version=newest.version + 1, body=body, author_id=by.id
    )
    session.add(saved)
    session.flush()
    return saved


def approve(
    session: Session,
    draft: AiDraft,
    *,
    body: str,
    version: int,
    confirmed: Collection[str],
    by: User,
) -> str:
    """Hand the text to the draft's area; what happened, in words.

    `confirmed` are facts a person vouches for, as they stand in the text; the log keeps them.
    Raises Unconfirmed for others that the packet does not support, Invalid or Stale as the area
    refuses.
    """
    desk = subjects.desk(draft)
    if desk is None:
        message = "This draft is approved where it belongs, not here."
        raise Invalid(message)
    revise(session, draft, body=body, version=version, by=by)
    if not body.strip():
        message = "Write something before you approve it."
        raise Invalid(message, "body")
    if marks := holes(body):
        message = f"Fill in {', '.join(marks)}, or reword the sentence, before you approve it."
        raise Invalid(message, "body")
    vouched = _vouched(draft, body, confirmed)
    concluding.approve(session, draft, final=body, by=by)
    _clear(session, draft)
    said = desk.accept(session, draft, body, by)
    after = {"version": version, **({"confirmed": vouched} if vouched else {})}
    record(session, "draft.approved", draft, by=by, after=after)
    return said


def take_back(session: Session, draft: AiDraft, *, by: User) -> None:
    """Undo an approval while that is possible; raises Stale when it is not."""
    desk = subjects.desk(draft)
    if desk is None or draft.state is not DraftState.QUEUED:
        message = "This draft can no longer be taken back."
        raise Stale(message)
    desk.take_back(session, draft, by)
    concluding.withdraw(session, draft)
    record(session, "draft.undone", draft, by=by)


def discard(session: Session, draft: AiDraft, *, reason: str, by: User) -> None:
    """Throw the draft away; raises Stale when it is not being edited any more."""
    newest = held(session, draft)
    concluding.discard(session, draft, reason=reason, final=newest.body)
    _clear(session, draft)
    record(session, "draft.discarded", draft, by=by, after={"reason": reason})


def held(session: Session, draft: AiDraft) -> AiDraftRevision:
    """The newest text of a draft, which is held; raises Stale unless it is still being edited."""
    queries.draft(session, draft.id, locked=True)
    newest = queries.newest(session, draft)
    if newest is None or draft.state not in OPEN:
        message = "This draft is no longer being edited."
        raise Stale(message)
    return newest


def _clear(session: Session, draft: AiDraft) -> None:
    """A rework beside a text that is edited no more is of no use."""
    beside = queries.rework_of(session, draft.subject_type, draft.subject_id)
    if beside is not None:
        beside.state = DraftState.SET_ASIDE


def _vouched(draft: AiDraft, body: str, confirmed: Collection[str]) -> list[str]:
    """The facts without support that a person vouches for; raises Unconfirmed for others."""
    loose = unsupported(body, packet_of(draft.context_packet))
    if open_facts := [fact for fact in loose if fact.text not in confirmed]:
        raise Unconfirmed(open_facts)
    return [fact.text for fact in loose]
