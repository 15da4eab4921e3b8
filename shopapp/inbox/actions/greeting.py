"""What a mail meets on its way in, besides its ticket: the spam check, a desk, the rules."""

from __future__ import annotations

from shopapp.db import Session
from shopapp.inbox import spam
from shopapp.inbox.actions import handing_out, obeying, screening
from shopapp.inbox.models import AuthorType, Direction, Ticket, TicketMessage, TicketStatus, Trigger
from shopapp.inbox.parsing import InboundMessage
from shopapp.inbox.queries import desk

SUGGEST, AUTOMATIC, OFF = "suggest", "automatic", "off"
MODES = {
    OFF: "Not at all",
    SUGGEST: "Say so on the ticket",
    AUTOMATIC: "Move it to Spam",
}


def screen(session: Session, ticket: Ticket, message: InboundMessage) -> None:
    """Say how much a new ticket looks like spam; by setting it is moved there, never deleted."""
    mode = desk.settings(session).spam.get("mode", SUGGEST)
    if mode == OFF:
        return
    known = screening.verdict_of(session, ticket.customer_email)
    found = spam.suspicion(message.headers, is_blocked=known.is_blocked if known else None)
    if not found.score:
        return
    ticket.spam_score, ticket.spam_reasons = found.score, list(found.reasons)
    is_known = known is not None and known.is_blocked
    if found.is_spam and (mode == AUTOMATIC or is_known):
        screening.mark_spam(session, ticket, by=None, why="; ".join(found.reasons))


def greet(session: Session, ticket: Ticket, row: TicketMessage, *, is_new: bool) -> None:
    """Let the rules look at what came in, then hand a new ticket out that nobody has."""
    if row.direction is not Direction.IN or ticket.status is TicketStatus.SPAM:
        return
    if is_new:
        obeying.obey(session, ticket, row, Trigger.NEW, occasion=row.id)
        if ticket.status is TicketStatus.OPEN:
            handing_out.hand_out(session, ticket)
    elif row.author_type is AuthorType.CUSTOMER:
        obeying.obey(session, ticket, row, Trigger.REPLY, occasion=row.id)
