"""A draft edited on its own: begun, saved, approved or discarded, whatever it is for."""

from __future__ import annotations

import json
from collections.abc import Collection

from sqlalchemy.exc import IntegrityError

from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.drafts import subjects
from shopapp.drafts.actions import concluding
from shopapp.drafts.facts import Fact
from shopapp.drafts.grounding import packet_json
from shopapp.drafts.lock import unsupported
from shopapp.drafts.models import AiDraft, AiDraftRevision, DraftState, DraftSubject
from shopapp.drafts.proposals import Proposal
from shopapp.drafts.queries import editing as queries
from shopapp.drafts.unpacking import packet_of
from shopapp.refusals import Invalid, Stale

LONGEST = 20_000
_OPEN = (DraftState.PROPOSED, DraftState.EDITED)


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
    draft = _row(subject, subject_id, proposal)
    try:
        with session.begin_nested():
            session.add(draft)
    except IntegrityError:
        message = "Somebody else is drafting this right now: reload the page."
        raise Stale(message) from None
    session.add(AiDraftRevision(ai_draft_id=draft.id, version=1, body=proposal.text))
    record(session, "draft.begun", draft, by=by, after={"for": subject.value})
    session.flush()
    return draft


def revise(
    session: Session, draft: AiDraft, *, body: str, version: int, by: User
) -> AiDraftRevision:
    """Save what a person typed over `version`; raises Stale when somebody saved since.

    A save of their own that was still on its way is no other version.
    """
    newest = _newest(session, draft)
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
    vouched = _vouched(draft, body, confirmed)
    concluding.approve(session, draft, final=body, by=by)
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
    newest = _newest(session, draft)
    concluding.discard(session, draft, reason=reason, final=newest.body)
    record(session, "draft.discarded", draft, by=by, after={"reason": reason})


def _vouched(draft: AiDraft, body: str, confirmed: Collection[str]) -> list[str]:
    """The facts without support that a person vouches for; raises Unconfirmed for others."""
    loose = unsupported(body, packet_of(draft.context_packet))
    if open_facts := [fact for fact in loose if fact.text not in confirmed]:
        raise Unconfirmed(open_facts)
    return [fact.text for fact in loose]


def _row(subject: DraftSubject, subject_id: str, proposal: Proposal) -> AiDraft:
    return AiDraft(
        subject_type=subject,
        subject_id=subject_id,
        model=proposal.model,
        version=proposal.version,
        prompt_version=proposal.prompt_version or None,
        content=proposal.text,
        reason=proposal.reason,
        context_packet=json.loads(packet_json(proposal.packet)),
        context_hash=proposal.packet_hash,
        facts_supported=proposal.coverage.supported,
        facts_total=proposal.coverage.total,
        intent=subject.value.replace("_", "-"),
        state=DraftState.PROPOSED,
    )


def _newest(session: Session, draft: AiDraft) -> AiDraftRevision:
    """The newest text of a draft that is held and still being edited."""
    queries.draft(session, draft.id, locked=True)
    if draft.state not in _OPEN:
        message = "This draft is no longer being edited."
        raise Stale(message)
    return queries.newest(session, draft)
