"""What became of a reply in the outbox, told to its message and its ticket."""

from __future__ import annotations

from sqlalchemy import select

from shopapp import clock
from shopapp.db import Session
from shopapp.drafts.actions import concluding as drafts
from shopapp.drafts.models import DraftState
from shopapp.inbox.actions import drafting, reckoning, replying, waiting
from shopapp.inbox.actions.posting import FORWARD
from shopapp.inbox.actions.timeline import note_event
from shopapp.inbox.models import DeliveryState, Ticket, TicketMessage, TicketStatus
from shopapp.inbox.queries import replies
from shopapp.mail.models import OutboundKind, OutboundMail, OutboundState
from shopapp.mail.states import on_outcome

_STATES = {
    OutboundState.QUEUED: DeliveryState.QUEUED,
    OutboundState.SENDING: DeliveryState.SENDING,
    OutboundState.SENT: DeliveryState.SENT,
    OutboundState.UNKNOWN: DeliveryState.UNKNOWN,
}


def follow(session: Session, mail: OutboundMail) -> None:
    """Bring the reply into the state of its mail; idempotent."""
    reply = replies.reply(session, mail.ticket_message_id or "")
    if reply is None:
        return
    reply.delivery_detail = mail.last_error
    if mail.state is OutboundState.FAILED:
        _come_back(session, reply)
    elif mail.state in _STATES:
        reply.delivery_state = _STATES[mail.state]
    if mail.state is OutboundState.SENT:
        _arrived(session, reply, mail)
    if mail.state is OutboundState.UNKNOWN:
        note_event(session, reply.ticket, "delivery unknown", by=None, reason=mail.last_error)


def _arrived(session: Session, reply: TicketMessage, mail: OutboundMail) -> None:
    reply.sent_at = mail.sent_at or clock.now()
    ticket = reply.ticket
    ticket.scheduled_for = None
    ticket.last_message_at = max(ticket.last_message_at, reply.sent_at)
    draft = replies.draft_behind(session, reply)
    if draft is not None:
        drafts.conclude(session, draft)
    reckoning.open_for(session, reply, draft)
    note_event(session, ticket, "sent", by=None)
    unanswered = replies.written_since(session, ticket, mail.created_at)
    _wait(session, ticket, unanswered, is_forward=reply.kind == FORWARD)
    since = unanswered.sent_at if unanswered else None
    waiting.we_replied(session, ticket, reply.sent_at, unanswered=since)


def _wait(
    session: Session, ticket: Ticket, unanswered: TicketMessage | None, *, is_forward: bool
) -> None:
    """It is the customer's turn now, unless they wrote meanwhile, or it went to somebody else."""
    if unanswered is not None:
        drafting.ask_for_draft(session, ticket, unanswered)
    elif ticket.status is TicketStatus.OPEN and not is_forward:
        ticket.status = TicketStatus.PENDING


def _come_back(session: Session, reply: TicketMessage) -> None:
    """The text returns to the composer, unless another reply was begun there meanwhile."""
    taken = session.scalar(
        select(TicketMessage.id).where(
            TicketMessage.ticket_id == reply.ticket_id,
            TicketMessage.delivery_state == DeliveryState.DRAFT,
        )
    )
    reply.delivery_state = DeliveryState.FAILED if taken else DeliveryState.DRAFT
    replying.unschedule(reply.ticket)
    draft = replies.draft_behind(session, reply)
    if draft is not None:
        drafts.withdraw(session, draft)
        draft.state = DraftState.STALE if taken else DraftState.EDITED
        reply.ticket.draft_ready |= not taken
    note_event(session, reply.ticket, "failed", by=None, reason=reply.delivery_detail)


on_outcome(OutboundKind.REPLY, follow)
