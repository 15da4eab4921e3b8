"""The last look before a reply leaves: its order may have changed since it was approved."""

from __future__ import annotations

from shopapp.db import Session
from shopapp.drafts.models import AiDraft
from shopapp.inbox.actions import checking, sending
from shopapp.inbox.queries import replies
from shopapp.mail.models import OutboundKind, OutboundMail
from shopapp.mail.states import before_leaving
from shopapp.refusals import Stale

CHANGED = "The order changed before this was to leave."
OLD = "The order was not read again before this was to leave."
"""How the reason begins with which such a reply stands in the composer again."""


def may_leave(session: Session, mail: OutboundMail) -> bool:
    """False when the reply went back to the composer, with what changed since it was approved."""
    reply = replies.reply(session, mail.ticket_message_id or "")
    draft = replies.draft_behind(session, reply) if reply else None
    if reply is None or draft is None:
        return True
    reason = _doubt(session, draft, reply.body_text)
    if not reason:
        return True
    try:
        sending.take_back(session, reply, reason)
    except Stale:  # somebody else has taken it back, or begun to send it
        return False
    return False


def _doubt(session: Session, draft: AiDraft, text: str) -> str:
    """What speaks against the order as it was approved; empty when nothing does."""
    if different := checking.open_changes(session, draft, text):
        return f"{CHANGED} {checking.told(different)}."
    stale = checking.old_order(session, draft, text)
    return f"{OLD} {checking.old(stale)}" if stale else ""


before_leaving(OutboundKind.REPLY, may_leave)
