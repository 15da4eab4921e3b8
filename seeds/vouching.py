"""Vouching: a person of a story confirms what nothing supports in the reply they approve."""

from __future__ import annotations

from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.inbox.actions import checking, replying
from shopapp.inbox.models import TicketMessage
from shopapp.inbox.queries import replies

_REASON = "I looked it up in the shop"


def vouch(session: Session, reply: TicketMessage, body: str, *, by: User) -> None:
    """Save `body` as the reply and confirm its open facts, and its order as it is by now."""
    replying.revise(session, reply, body=body, version=reply.version, by=by)
    draft = replies.draft_behind(session, reply)
    if draft is None:
        return
    checking.keep(session, reply, by=by)
    for fact in checking.open_facts(session, draft, body):
        checking.confirm(
            session, reply, family=fact.family, value=fact.value, reason=_REASON, by=by
        )
