"""A bounce marks the exact message that could not be delivered."""

from __future__ import annotations

from shopapp.db import Session
from shopapp.inbox.actions import waiting
from shopapp.inbox.actions.timeline import note_event
from shopapp.inbox.models import DeliveryState, Direction, Ticket, TicketStatus
from shopapp.inbox.parsing import Bounce
from shopapp.inbox.queries import threads


def mark(session: Session, ticket: Ticket, bounce: Bounce) -> None:
    """Mark the message of ours that a permanent bounce speaks of, and open its ticket again."""
    if not bounce.original_message_id or not bounce.permanent:
        return
    sent = threads.message_by_id(session, bounce.original_message_id)
    if sent is None or sent.direction is not Direction.OUT or sent.ticket_id != ticket.id:
        return
    reasons = [f"{one.email}: {one.diagnostic or one.status}" for one in bounce.recipients]
    sent.delivery_state = DeliveryState.FAILED
    sent.delivery_detail = "Bounced. " + "; ".join(reasons)[:500]
    ticket.status = TicketStatus.OPEN
    waiting.refresh(session, ticket)
    note_event(session, ticket, "bounced", by=None)
