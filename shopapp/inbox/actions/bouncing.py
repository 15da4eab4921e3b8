"""A report marks the exact message and address it speaks of: bounced, delayed, or complained of."""

from __future__ import annotations

from shopapp.db import Session
from shopapp.inbox.actions import waiting
from shopapp.inbox.actions.timeline import note_event
from shopapp.inbox.models import DeliveryState, Direction, Ticket, TicketMessage, TicketStatus
from shopapp.inbox.parsing import Bounce, InboundMessage, MessageKind
from shopapp.inbox.queries import threads
from shopapp.inbox.queries.families import roots
from shopapp.inbox.threading import returned_id
from shopapp.mail import marking
from shopapp.mail.models import AddressMark


def hear(session: Session, ticket: Ticket, message: InboundMessage) -> None:
    """What a bounce or a complaint in the ticket says of a message of ours; else nothing.

    A report that returns no mail we sent is believed by nobody: anybody can write one.
    """
    sent = _sent(session, ticket, returned_id(message))
    if sent is None:
        return
    if message.kind is MessageKind.COMPLAINT:
        _complained(session, ticket, sent)
    elif message.bounce is not None and message.bounce.permanent:
        _bounced(session, ticket, sent, message.bounce)
    elif message.bounce is not None:
        note_event(session, ticket, "delayed", by=None, reason=_told(message.bounce))


def _sent(session: Session, ticket: Ticket, message_id: str | None) -> TicketMessage | None:
    sent = threads.message_by_id(session, message_id) if message_id else None
    if sent is None or sent.direction is not Direction.OUT:
        return None
    return sent if roots(session, [sent.ticket_id]).get(sent.ticket_id) == ticket.id else None


def _bounced(session: Session, ticket: Ticket, sent: TicketMessage, bounce: Bounce) -> None:
    """The message is marked, its address too, and the ticket opens: somebody has to act."""
    told = _told(bounce)
    sent.delivery_state = DeliveryState.FAILED
    sent.delivery_detail = f"Bounced. {told}"
    ticket.status = TicketStatus.OPEN
    waiting.refresh(session, ticket)
    note_event(session, ticket, "bounced", by=None)
    written_to = _written_to(sent)
    for one in bounce.recipients:
        address = one.email.lower() or (written_to[0] if len(written_to) == 1 else "")
        if one.is_permanent and address in written_to:
            said = one.diagnostic or one.status
            marking.mark(session, address, AddressMark.UNDELIVERABLE, said)


def _complained(session: Session, ticket: Ticket, sent: TicketMessage) -> None:
    """Reports name nobody, so that only a mail to one address tells who complained."""
    note_event(session, ticket, "complained", by=None)
    written_to = _written_to(sent)
    if len(written_to) == 1:
        detail = "They reported a mail of ours as spam."
        marking.mark(session, written_to[0], AddressMark.COMPLAINED, detail)


def _written_to(sent: TicketMessage) -> list[str]:
    return [each.lower() for each in (*sent.recipients, *sent.cc, *sent.bcc)]


def _told(bounce: Bounce) -> str:
    told = [f"{one.email}: {one.diagnostic or one.status}" for one in bounce.recipients]
    return "; ".join(told)[:500]
