"""Approving a draft reply from Today, with every guard the ticket's own page has."""

from __future__ import annotations

from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.inbox.actions import posting, sending
from shopapp.inbox.models import DeliveryState, Ticket, TicketMessage
from shopapp.inbox.queries import replies
from shopapp.refusals import Stale


def approve_reply(
    session: Session,
    ticket: Ticket,
    *,
    token: str,
    seen: str,
    envelope: posting.Envelope,
    by: User,
) -> TicketMessage:
    """Send the draft as it was shown; `token` names its version, `seen` the newest message.

    Raises Stale when it is gone or changed, Unseen when something newer arrived, Invalid when it
    cannot be sent as it stands (Unconfirmed, OrderChanged: the ticket's page shows what to check).
    """
    reply = replies.in_writing(session, ticket)
    if reply is None or reply.delivery_state is not DeliveryState.DRAFT:
        message = "This reply was sent or discarded meanwhile."
        raise Stale(message)
    if token != f"{reply.id}:{reply.version}":
        message = f"{reply.author_name} changed this reply meanwhile. Look at it again."
        raise Stale(message)
    sending.approve(
        session,
        reply,
        body=reply.body_text,
        version=reply.version,
        seen=seen,
        envelope=envelope,
        by=by,
    )
    return reply
