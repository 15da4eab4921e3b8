"""Reworking a reply: what stands in the composer, changed by a drafter, and taken or left."""

from __future__ import annotations

from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.drafts.actions import reworking
from shopapp.drafts.actions.writing import Commission
from shopapp.drafts.drafters.stored import EmbeddedDrafter
from shopapp.drafts.models import AiDraft
from shopapp.drafts.proposals import Wish
from shopapp.inbox.actions import briefing, drafting, replying
from shopapp.inbox.models import DeliveryState, Ticket, TicketMessage
from shopapp.inbox.queries import replies
from shopapp.jobs.context import JobContext
from shopapp.jobs.registry import handler
from shopapp.refusals import Invalid, Stale

REWORK = "inbox.rework"


def ask(session: Session, reply: TicketMessage, wish: Wish) -> AiDraft:
    """Have `reply`, as it is saved, reworked in the background; what was offered before goes.

    Raises Stale when the reply is no longer being written or a rework of it is, Invalid where
    drafts are switched off.
    """
    ticket = session.get_one(Ticket, reply.ticket_id, with_for_update={"of": Ticket})
    if why := drafting.why_none(session, ticket):
        raise Invalid(why)
    _check_open(reply)
    parent = replies.draft_behind(session, reply)
    draft = drafting.opened(
        session,
        ticket,
        replies.question(session, ticket),
        parent_id=parent.id if parent else None,
    )
    return reworking.ask(session, draft, wish, reply.body_text, job=REWORK, reply_id=reply.id)


def replace(
    session: Session, reply: TicketMessage, draft: AiDraft, *, version: int, by: User
) -> TicketMessage:
    """Put the reworked text in the place of the reply's; the draft before it becomes stale.

    Raises Stale when the reply or the rework has gone, or was saved by somebody else since.
    """
    _check_offered(reply, draft)
    replying.check_version(reply, version, by)
    reworking.take(session, draft, replies.draft_behind(session, reply))
    draft.reply_id = reply.id
    session.flush()
    return replying.revise(session, reply, body=draft.content, version=version, by=by)


def insert(
    session: Session, reply: TicketMessage, draft: AiDraft, *, version: int, by: User
) -> TicketMessage:
    """Put the reworked text below what the reply says; raises Stale as `replace` does."""
    _check_offered(reply, draft)
    body = reworking.joined(draft, reply.body_text)
    return replying.revise(session, reply, body=body, version=version, by=by)


@handler(REWORK)
def rework_reply(context: JobContext, *, draft_id: str) -> None:
    """Write what was wished, and offer it beside the reply if that is still being written."""
    reworking.run(context, draft_id, commission=_commission, is_edited=_is_written)


def _commission(session: Session, draft: AiDraft, wish: Wish) -> Commission | None:
    ticket = session.get(Ticket, draft.subject_id)
    if ticket is None or not _is_written(session, draft):
        return None
    brief = briefing.brief(session, ticket, replies.question(session, ticket), wish)
    embedded = EmbeddedDrafter(reworking.passages_behind(session, draft))
    return Commission(draft.id, brief, briefing.terms(session, ticket), embedded)


def _is_written(session: Session, draft: AiDraft) -> bool:
    """Whether the reply it is for is still being written."""
    reply = replies.reply(session, str((draft.wish or {}).get("reply_id", "")))
    return reply is not None and reply.delivery_state is DeliveryState.DRAFT


def _check_open(reply: TicketMessage) -> None:
    if reply.delivery_state is not DeliveryState.DRAFT:
        message = "This reply is no longer being written."
        raise Stale(message)


def _check_offered(reply: TicketMessage, draft: AiDraft) -> None:
    _check_open(reply)
    reworking.check_offered(draft, reply_id=reply.id)
