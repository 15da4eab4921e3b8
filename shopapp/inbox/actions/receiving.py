"""Steps two and three of mail coming in: read it, and put it where it belongs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

import structlog

from shopapp import clock
from shopapp.db import Session
from shopapp.inbox import threading
from shopapp.inbox.actions import (
    arriving,
    bouncing,
    greeting,
    sending,
    shadowing,
    ticketing,
)
from shopapp.inbox.arrivals import Arrival
from shopapp.inbox.models import Direction, Ticket, TicketMessage
from shopapp.inbox.parsing import InboundMessage, parse_message
from shopapp.inbox.queries import copies
from shopapp.inbox.queries.families import roots
from shopapp.inbox.queries.surroundings import Mentioned, Surroundings
from shopapp.inbox.undisguising import undisguised
from shopapp.mail import queries as mails
from shopapp.mail.files import Files
from shopapp.mail.models import Mailbox, RawMail, RawState
from shopapp.mail.originals import Original
from shopapp.stores.queries import settings
from shopapp.stores.registry import is_on
from shopapp.tenancy import store_of

log = structlog.get_logger(__name__)
WINDOW = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Opened:
    """A mail that was read; the files it brought are kept already, under `digests`."""

    message: InboundMessage
    digests: Sequence[str]


@dataclass(frozen=True, slots=True)
class Received:
    """The ticket of each mail, and how many of them are new."""

    tickets: Sequence[Ticket]
    opened: int


def parsed(raw: bytes) -> InboundMessage:
    """What the bytes say."""
    return undisguised(parse_message(raw, now=clock.now()))


def receive(session: Session, mail: RawMail, mailbox: Mailbox, files: Files, key: bytes) -> Ticket:
    """Turn stored bytes into a message of a ticket, old or new; `key` verifies ids we signed."""
    message = parsed(Original(mail.id, mail.content, mail.file).read(files))
    digests = files.keep_all(item.content for item in message.attachments)
    arrival = Arrival(message, mail, mailbox, digests)
    return receive_all(session, [arrival], key).tickets[0]


def receive_all(
    session: Session, arrivals: Sequence[Arrival], key: bytes, fresh_since: datetime | None = None
) -> Received:
    """Put mails that were read where they belong, in their order.

    All or none: what breaks one breaks the transaction. Mail written before `fresh_since` gets no
    draft. The number of statements hardly depends on how many mails there are.
    """
    store = store_of(session)
    named = [threading.candidate_ids(each.message, key=key, store=store) for each in arrivals]
    own = mails.own_addresses(session)
    around = Surroundings.of(session, _mentioned(arrivals, named, own), own)
    joins = is_on(settings(session), "same_subject_threading")
    placing = _Placing(session, around, ticketing.Numbers(session), fresh_since, joins)
    found = [
        placing.place(arrival, candidates)
        for arrival, candidates in zip(arrivals, named, strict=True)
    ]
    placing.numbers.settle()
    session.flush()
    return Received(found, placing.numbers.given)


@dataclass(frozen=True, slots=True)
class _Placing:
    """Mails of a batch on their way to their tickets."""

    session: Session
    around: Surroundings
    numbers: ticketing.Numbers
    fresh_since: datetime | None
    joins_same_subject: bool

    def place(self, arrival: Arrival, candidates: Sequence[threading.Candidate]) -> Ticket:
        """The ticket a mail came to, as a new message or as the second copy of one."""
        mail = arrival.mail
        mail.state, mail.error, mail.parsed_at = RawState.PARSED, None, clock.now()
        twin = self._twin(arrival)
        if twin is not None:
            root = roots(self.session, [twin.ticket_id])[twin.ticket_id]
            return self.session.get_one(Ticket, root)
        return self._joined(arrival, self._placement(arrival, candidates))

    def _placement(
        self, arrival: Arrival, candidates: Sequence[threading.Candidate]
    ) -> threading.Placement:
        around = self.around
        found = _known_tickets(self.session, arrival.message, candidates, around)
        return threading.decide(
            arrival.message,
            candidates,
            found=found,
            participants=around.participants(self.session, found.values()),
            same_subject=_same_subject(arrival, around),
            join_same_subject=self.joins_same_subject,
            own=around.own,
        )

    def _twin(self, arrival: Arrival) -> TicketMessage | None:
        """The message it repeats; what its own server has twice is no news to anybody."""
        if arrival.message.message_id not in self.around.twins:
            return None
        copy = copies.twin(self.session, arrival.mail, arrival.mailbox, arrival.message)
        if copy is not None:
            arrival.mail.state = RawState.IGNORED
            return copy
        return arriving.recognise(arrival, self.around)

    def _joined(self, arrival: Arrival, placement: threading.Placement) -> Ticket:
        session, around = self.session, self.around
        known = around.tickets.get(placement.ticket_id or "")
        linked = placement.linked_ticket_id
        ticket = known or ticketing.open_ticket(session, arrival, linked, around, self.numbers)
        row = arriving.add_message(session, ticket, arrival, around, placement.reason)
        self._follow_up(ticket, row, arrival, is_new=known is None)
        return ticket

    def _follow_up(
        self, ticket: Ticket, row: TicketMessage, arrival: Arrival, *, is_new: bool
    ) -> None:
        """What a message sets going; mail from long ago is only put in its place."""
        session, message = self.session, arrival.message
        is_fresh = self.fresh_since is None or row.sent_at >= self.fresh_since
        bouncing.hear(session, ticket, message)
        if is_new and is_fresh:
            greeting.screen(session, ticket, message)
        ticketing.move_on(session, ticket, row, message, is_new=is_new, is_fresh=is_fresh)
        if row.direction is Direction.IN and not message.is_automatic:
            sending.hold_back(session, ticket)
        if is_fresh:
            greeting.greet(session, ticket, row, is_new=is_new)
        if arrival.mailbox.is_shadow:
            shadowing.compare(session, ticket)


def quarantine(session: Session, mail: RawMail, error: Exception) -> None:
    """Keep a mail that broke its reading where people see it, with the reason."""
    log.warning("mail.quarantined", mail=mail.id, error=type(error).__name__)
    mail.state = RawState.QUARANTINED
    mail.error = f"{type(error).__name__}: {error}"[:500]


def _mentioned(
    arrivals: Sequence[Arrival],
    named: Sequence[Sequence[threading.Candidate]],
    own: Collection[str],
) -> Mentioned:
    """What the mails name, for the surroundings to be looked up at once."""
    candidates = list(chain.from_iterable(named))
    customers = [ticketing.customer_of(each.message, own) for each in arrivals]
    moments = [each.message.date or clock.now() for each in arrivals]
    return Mentioned(
        message_ids={
            *(each.id for each in candidates if not _is_plus(each)),
            *chain.from_iterable(arriving.ids_of(each.message) for each in arrivals),
        },
        own_ids={each.message.message_id for each in arrivals},
        ticket_ids={each.id for each in candidates if _is_plus(each)},
        emails={customer.email.lower() for customer in customers if customer},
        order_names=set(
            chain.from_iterable(ticketing.order_names(each.message) for each in arrivals)
        ),
        since=min(moments, default=clock.now()) - WINDOW,
    )


def _known_tickets(
    session: Session,
    message: InboundMessage,
    candidates: Sequence[threading.Candidate],
    around: Surroundings,
) -> dict[str, str]:
    """The ticket behind each candidate: of a signed address itself, else what the aliases know.

    Of several that know an id: the newest the sender takes part in, else the first. A stranger
    who names a mail must not lead its people astray.
    """
    found = {}
    for each in candidates:
        tickets = around.ends([each.id] if _is_plus(each) else around.aliases.get(each.id, []))
        people = around.participants(session, tickets)
        own = [one for one in tickets if threading.participant_ok(message.sender, people[one])]
        if tickets:
            found[each.id] = own[-1] if own else tickets[0]
    return found


def _is_plus(candidate: threading.Candidate) -> bool:
    return candidate.reason is threading.Reason.PLUS_ADDRESS


def _same_subject(arrival: Arrival, around: Surroundings) -> list[str]:
    """The sender's recent tickets with this subject; an empty subject matches nothing."""
    message = arrival.message
    customer = ticketing.customer_of(message, around.own)
    subject = threading.normalise_subject(message.subject)
    if customer is None or not subject or message.is_automatic:
        return []
    since = (message.date or clock.now()) - WINDOW
    email = customer.email.lower()
    recent = around.recent_of_sender(email, since, arrival.mailbox.id)
    return [t.id for t in recent if threading.normalise_subject(t.subject) == subject]
