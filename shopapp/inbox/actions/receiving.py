"""Steps two and three of mail coming in: read it, and put it where it belongs."""

from __future__ import annotations

from datetime import timedelta

import structlog

from shopapp import clock
from shopapp.db import Session
from shopapp.inbox import threading
from shopapp.inbox.actions import arriving, bouncing, ticketing
from shopapp.inbox.models import Ticket, TicketMessage
from shopapp.inbox.parsing import InboundMessage, parse_message
from shopapp.inbox.queries import threads
from shopapp.inbox.queries.families import roots
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
    arrival = arriving.Arrival(message, mail, mailbox, threads.own_addresses(session))
    mail.state, mail.error, mail.parsed_at = RawState.PARSED, None, clock.now()
    twin = arriving.recognise(session, arrival)
    if twin is not None:
        return session.get_one(Ticket, roots(session, [twin.ticket_id])[twin.ticket_id])
    return _placed(session, arrival, files, key)


def _placed(session: Session, arrival: arriving.Arrival, files: Files, key: bytes) -> Ticket:
    message = arrival.message
    placement = _placement(session, arrival, key)
    known = session.get(Ticket, placement.ticket_id) if placement.ticket_id else None
    linked = placement.linked_ticket_id
    ticket = known or ticketing.open_ticket(session, message, arrival.mailbox, linked, arrival.own)
    row = arriving.add_message(session, ticket, arrival, files, placement.reason)
    _follow_up(session, ticket, row, message, is_new=known is None)
    return ticket


def quarantine(session: Session, mail: RawMail, error: Exception) -> None:
    """Keep a mail that broke its reading where people see it, with the reason."""
    log.warning("mail.quarantined", mail=mail.id, error=type(error).__name__)
    mail.state = RawState.QUARANTINED
    mail.error = f"{type(error).__name__}: {error}"[:500]


def _placement(session: Session, arrival: arriving.Arrival, key: bytes) -> threading.Placement:
    message = arrival.message
    candidates = threading.candidate_ids(message, key=key, store=store_of(session))
    found = _known_tickets(session, arrival, candidates)
    return threading.decide(
        message,
        candidates,
        found=found,
        participants=threads.participants(session, list(set(found.values()))),
        same_subject=_same_subject(session, arrival),
        join_same_subject=is_on(settings(session), "same_subject_threading"),
        own=arrival.own,
    )


def _known_tickets(
    session: Session, arrival: arriving.Arrival, candidates: list[threading.Candidate]
) -> dict[str, str]:
    """The ticket behind each candidate: of a signed address itself, else what the aliases know.

    Of several that know an id: the newest the sender takes part in, else the first. A stranger
    who names a mail must not lead its people astray.
    """
    plus = [c.id for c in candidates if c.reason is threading.Reason.PLUS_ADDRESS]
    aliases = threads.tickets_by_alias(session, [c.id for c in candidates if c.id not in plus])
    ends = roots(session, {*plus, *(each for tickets in aliases.values() for each in tickets)})
    people = threads.participants(session, list(set(ends.values())))
    found = {each: ends[each] for each in plus if each in ends}
    for known, tickets in aliases.items():
        live = [ends[each] for each in tickets if each in ends]
        sender = arrival.message.sender
        own = [each for each in live if threading.participant_ok(sender, people[each])]
        found |= {known: own[-1] if own else live[0]} if live else {}
    return found


def _same_subject(session: Session, arrival: arriving.Arrival) -> list[str]:
    """The sender's recent tickets with this subject; an empty subject matches nothing."""
    message = arrival.message
    customer = ticketing.customer_of(message, arrival.own)
    subject = threading.normalise_subject(message.subject)
    if customer is None or not subject or message.is_automatic:
        return []
    since = (message.date or clock.now()) - WINDOW
    email = customer.email.lower()
    recent = threads.recent_of_sender(session, email, since, arrival.mailbox.id)
    return [t.id for t in recent if threading.normalise_subject(t.subject) == subject]


def _follow_up(
    session: Session, ticket: Ticket, row: TicketMessage, message: InboundMessage, *, is_new: bool
) -> None:
    bouncing.hear(session, ticket, message)
    ticketing.move_on(session, ticket, row, message, is_new=is_new)
