"""Steps two and three of mail coming in: read it, and put it where it belongs."""

from __future__ import annotations

from datetime import timedelta

import structlog

from shopapp import clock
from shopapp.db import Session
from shopapp.inbox import threading
from shopapp.inbox.actions import arriving, bouncing, shadowing, ticketing
from shopapp.inbox.models import Ticket, TicketMessage
from shopapp.inbox.parsing import InboundMessage, parse_message
from shopapp.inbox.queries import threads
from shopapp.mail.files import Files
from shopapp.mail.models import Mailbox, RawMail, RawState
from shopapp.stores.queries import settings
from shopapp.stores.registry import is_on
from shopapp.tenancy import store_of

log = structlog.get_logger(__name__)
WINDOW = timedelta(days=14)


def receive(session: Session, mail: RawMail, mailbox: Mailbox, files: Files, key: bytes) -> Ticket:
    """Turn stored bytes into a message of a ticket, old or new; `key` verifies ids we signed."""
    message = parse_message(mail.content or b"", now=clock.now())
    placement = _placement(session, message, mailbox, key)
    known = session.get(Ticket, placement.ticket_id) if placement.ticket_id else None
    ticket = known or ticketing.open_ticket(session, message, mailbox, placement.linked_ticket_id)
    arrival = arriving.Arrival(message, mail, mailbox)
    row = arriving.add_message(session, ticket, arrival, files, placement.reason)
    _follow_up(session, ticket, row, message, is_new=known is None)
    mail.state, mail.error, mail.parsed_at = RawState.PARSED, None, clock.now()
    return ticket


def quarantine(session: Session, mail: RawMail, error: Exception) -> None:
    """Keep a mail that broke its reading where people see it, with the reason."""
    log.warning("mail.quarantined", mail=mail.id, error=type(error).__name__)
    mail.state = RawState.QUARANTINED
    mail.error = f"{type(error).__name__}: {error}"[:500]


def _placement(
    session: Session, message: InboundMessage, mailbox: Mailbox, key: bytes
) -> threading.Placement:
    candidates = threading.candidate_ids(message, key=key, store=store_of(session))
    found = _known_tickets(session, message, candidates)
    return threading.decide(
        message,
        candidates,
        found=found,
        participants=threads.participants(session, list(set(found.values()))),
        same_subject=_same_subject(session, message, mailbox),
        join_same_subject=is_on(settings(session), "same_subject_threading"),
    )


def _known_tickets(
    session: Session, message: InboundMessage, candidates: list[threading.Candidate]
) -> dict[str, str]:
    """The ticket behind each candidate: of a signed address itself, else what the aliases know.

    Of several that know an id: the newest the sender takes part in, else the first. A stranger
    who names a mail must not lead its people astray.
    """
    plus = [c.id for c in candidates if c.reason is threading.Reason.PLUS_ADDRESS]
    aliases = threads.tickets_by_alias(session, [c.id for c in candidates if c.id not in plus])
    people = threads.participants(
        session, [each for tickets in aliases.values() for each in tickets]
    )
    found = {each: each for each in plus}
    for known, tickets in aliases.items():
        own = [each for each in tickets if threading.participant_ok(message.sender, people[each])]
        found[known] = own[-1] if own else tickets[0]
    return threads.after_merges(session, found)


def _same_subject(session: Session, message: InboundMessage, mailbox: Mailbox) -> list[str]:
    """The sender's recent tickets with this subject; an empty subject matches nothing."""
    customer = ticketing.customer_of(message, mailbox)
    subject = threading.normalise_subject(message.subject)
    if customer is None or not subject or message.is_automatic:
        return []
    moment = message.date or clock.now()
    recent = threads.recent_of_sender(session, customer.email.lower(), moment - WINDOW)
    return [t.id for t in recent if threading.normalise_subject(t.subject) == subject]


def _follow_up(
    session: Session, ticket: Ticket, row: TicketMessage, message: InboundMessage, *, is_new: bool
) -> None:
    if message.bounce is not None:
        bouncing.mark(session, ticket, message.bounce)
    ticketing.move_on(session, ticket, row, message, is_new=is_new)
    shadowing.compare(session, ticket)
