"""An earlier text made the newest again, and texts that were given up for another one kept."""

from __future__ import annotations

from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.drafts.models import AiDraftRevision
from shopapp.drafts.queries import revisions
from shopapp.inbox.actions import replying
from shopapp.inbox.models import TicketMessage
from shopapp.inbox.queries import replies


def go_back(
    session: Session, reply: TicketMessage, *, body: str, version: int, by: User
) -> TicketMessage:
    """Make an earlier `body` the newest version; the one it replaces stays in the history.

    Raises Stale when somebody else saved since `version`.
    """
    replaced = reply.version
    replying.revise(session, reply, body=body, version=version, by=by)
    if reply.version != replaced:
        record(session, "reply.restored", reply, by=by, after={"version": reply.version})
    return reply


def set_aside(session: Session, reply: TicketMessage, *, body: str, by: User) -> None:
    """Keep in the history what `by` gave up for another one's text; the reply is not touched.

    Such a save has a version below 1, so that it is nobody's newest.
    """
    if not body.strip() or body == reply.body_text:
        return
    draft = replies.draft_behind(session, reply)
    session.add(
        AiDraftRevision(
            ai_draft_id=draft.id if draft else None,
            ticket_message_id=reply.id,
            version=min(1, revisions.lowest_version(session, reply.id)) - 1,
            body=body,
            author_id=by.id,
        )
    )
