"""The last look before a reply leaves: its order may have changed since it was approved."""

from __future__ import annotations

from shopapp.db import Session
from shopapp.inbox.actions import checking, sending
from shopapp.inbox.queries import replies
from shopapp.mail.models import OutboundKind, OutboundMail
from shopapp.mail.states import before_leaving
from shopapp.refusals import Stale

CHANGED = "The order changed before this was to leave."
"""How the reason begins with which such a reply stands in the composer again."""


def may_leave(session: Session, mail: OutboundMail) -> bool:
    """False when the reply went back to the composer, with what changed since it was approved."""
    reply = replies.reply(session, mail.ticket_message_id or "")
    draft = replies.draft_behind(session, reply) if reply else None
    if reply is None or draft is None:
        return True
    different = checking.open_changes(session, draft, reply.body_text)
    if not different:
        return True
    try:
        sending.take_back(session, reply, f"{CHANGED} {checking.told(different)}.")
    except Stale:  # somebody else has taken it back, or begun to send it
        return False
    return False


before_leaving(OutboundKind.REPLY, may_leave)
