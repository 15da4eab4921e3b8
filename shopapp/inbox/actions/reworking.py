"""Reworking: a changed version of what stands in the composer, made beside it and never over it."""

from __future__ import annotations

from typing import Any

from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.drafts.actions import writing
from shopapp.drafts.actions.writing import Commission, Written
from shopapp.drafts.models import AiDraft, DraftState
from shopapp.drafts.proposals import NothingFits, Rework, Wish
from shopapp.drafts.queries.making import key, making
from shopapp.drafts.words import language
from shopapp.inbox.actions import briefing, drafting, replying
from shopapp.inbox.models import DeliveryState, Ticket, TicketMessage
from shopapp.inbox.queries import replies
from shopapp.jobs.context import JobContext
from shopapp.jobs.ledger import enqueue
from shopapp.jobs.registry import handler
from shopapp.refusals import Invalid, Stale
from shopapp.tenancy import store_of

REWORK = "inbox.rework"
_STEPS = 3
GONE = "There is no reworked draft any more."


def ask(session: Session, reply: TicketMessage, wish: Wish) -> AiDraft:
    """Have `reply`, as it is saved, reworked in the background; what was offered before goes.

    Raises Stale when the reply is no longer being written or a rework of it is, Invalid where
    drafts are switched off.
    """
    ticket = session.get_one(Ticket, reply.ticket_id, with_for_update={"of": Ticket})
    if why := drafting.why_none(session, ticket):
        raise Invalid(why)
    _check_open(reply)
    _put_away(session, replies.rework_of(session, ticket.id))
    parent = replies.draft_behind(session, reply)
    draft = drafting.begun(
        session,
        ticket,
        replies.question(session, ticket),
        state=DraftState.REWORKING,
        parent_id=parent.id if parent else None,
        wish=_stored(wish, reply),
    )
    enqueue(
        session,
        REWORK,
        store_id=store_of(session),
        arguments={"draft_id": draft.id},
        dedupe_key=key(REWORK, draft.id),
        max_attempts=drafting.ATTEMPTS,
    )
    return draft


def ask_again(session: Session, reply: TicketMessage, draft: AiDraft) -> AiDraft:
    """The same wish once more, of `reply` as it is saved now; raises Stale, Invalid as `ask`."""
    return ask(session, reply, _wish(draft.wish or {}))


def replace(
    session: Session, reply: TicketMessage, draft: AiDraft, *, version: int, by: User
) -> TicketMessage:
    """Put the reworked text in the place of the reply's; the draft before it becomes stale.

    Raises Stale when the reply or the rework has gone, or was saved by somebody else since.
    """
    _check_offered(reply, draft)
    replying.check_version(reply, version, by)
    parent = replies.draft_behind(session, reply)
    if parent is not None:
        parent.state = DraftState.STALE
        session.flush()
    draft.state, draft.reply_id = DraftState.EDITED, reply.id
    session.flush()
    return replying.revise(session, reply, body=draft.content, version=version, by=by)


def insert(
    session: Session, reply: TicketMessage, draft: AiDraft, *, version: int, by: User
) -> TicketMessage:
    """Put the reworked text below what the reply says; raises Stale as `replace` does."""
    _check_offered(reply, draft)
    body = "\n\n".join(part for part in (reply.body_text.rstrip(), draft.content) if part)
    draft.state, draft.discard_reason = DraftState.SET_ASIDE, "inserted"
    return replying.revise(session, reply, body=body, version=version, by=by)


def set_aside(draft: AiDraft) -> AiDraft:
    """The person keeps their own text, or does not want to wait."""
    draft.state, draft.discard_reason = DraftState.SET_ASIDE, "kept"
    return draft


def has_moved(draft: AiDraft, reply: TicketMessage) -> bool:
    """Whether the reply was changed after it was given to be reworked."""
    return bool((draft.wish or {}).get("text") != reply.body_text)


@handler(REWORK)
def rework_reply(context: JobContext, *, draft_id: str) -> None:
    """Write what was wished, and offer it beside the reply if that is still being written."""
    commission = _read(context, draft_id)
    if commission is None:
        return
    try:
        written = writing.write(context, commission)
    except writing.Overtaken:
        return
    with context.transaction() as session:
        context.progress(_STEPS, _STEPS)
        _offer(session, session.get_one(AiDraft, draft_id), written)


def _read(context: JobContext, draft_id: str) -> Commission | None:
    with context.transaction() as session:
        draft = session.get(AiDraft, draft_id)
        if draft is None or draft.state is not DraftState.REWORKING or draft.wish is None:
            return None
        reply, ticket = _reply_of(session, draft), session.get(Ticket, draft.subject_id)
        if reply is None or ticket is None:
            draft.state = DraftState.SET_ASIDE
            return None
        context.progress(1, _STEPS)
        question = replies.question(session, ticket)
        brief = briefing.brief(session, ticket, question, _wish(draft.wish))
        return Commission(
            draft.id, brief, briefing.terms(session, ticket), _passages(session, draft)
        )


def _offer(session: Session, draft: AiDraft, written: Written) -> None:
    """Beside the reply, or out of the way when nobody writes it any more."""
    if draft.state is not DraftState.REWORKING:
        return
    writing.keep(draft, written)
    draft.language = language(draft.content) or None
    is_there = _reply_of(session, draft) is not None
    draft.state = DraftState.OFFERED if is_there else DraftState.SET_ASIDE
    if isinstance(written.outcome, NothingFits) and written.trouble:
        draft.error = written.trouble


def _reply_of(session: Session, draft: AiDraft) -> TicketMessage | None:
    """The reply it is for, while that is being written."""
    reply = replies.reply(session, str((draft.wish or {}).get("reply_id", "")))
    is_open = reply is not None and reply.delivery_state is DeliveryState.DRAFT
    return reply if is_open else None


def _passages(session: Session, draft: AiDraft) -> frozenset[str]:
    """What the draft at hand and those before it rest on: another one rests on something else."""
    found: set[str] = set()
    parent = draft.parent_id
    while parent is not None and (row := session.get(AiDraft, parent)) is not None:
        found.update(str(source["id"]) for source in row.sources)
        parent = row.parent_id
    return frozenset(found)


def _put_away(session: Session, standing: AiDraft | None) -> None:
    """Make room for another rework; raises Stale while the one that stands is being written."""
    if standing is None:
        return
    is_written = standing.state is DraftState.REWORKING
    if is_written and not making(session, standing, REWORK).given_up:
        message = "This reply is being reworked already."
        raise Stale(message)
    standing.state = DraftState.SET_ASIDE


def _stored(wish: Wish, reply: TicketMessage) -> dict[str, Any]:
    return {
        "rework": wish.rework.value,
        "instruction": wish.instruction,
        "language": wish.language,
        "text": reply.body_text,
        "reply_id": reply.id,
    }


def _wish(stored: dict[str, Any]) -> Wish:
    return Wish(Rework(stored["rework"]), stored["instruction"], stored["language"], stored["text"])


def _check_open(reply: TicketMessage) -> None:
    if reply.delivery_state is not DeliveryState.DRAFT:
        message = "This reply is no longer being written."
        raise Stale(message)


def _check_offered(reply: TicketMessage, draft: AiDraft) -> None:
    _check_open(reply)
    is_its = (draft.wish or {}).get("reply_id") == reply.id
    if draft.state is not DraftState.OFFERED or not draft.content or not is_its:
        raise Stale(GONE)
