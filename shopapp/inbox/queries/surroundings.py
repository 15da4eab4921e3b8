"""What a batch of mails meets: tickets, people, orders; read once, kept up as mails are placed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from shopapp.db import Session
from shopapp.inbox.models import Ticket, TicketStatus
from shopapp.inbox.queries import threads

_CLOSED = (TicketStatus.CLOSED, TicketStatus.SPAM, TicketStatus.ARCHIVED)
_FEW = 20


@dataclass(frozen=True, slots=True)
class Mentioned:
    """What the mails of a batch name: message ids, tickets of signed addresses, who writes, which
    orders; and since when their senders' tickets count."""

    message_ids: Collection[str]
    ticket_ids: Collection[str]
    emails: Collection[str]
    order_names: Collection[str]
    since: datetime


@dataclass(slots=True)
class Surroundings:
    """Found with a handful of statements, however many mails; a mail that is placed joins it."""

    aliases: dict[str, list[str]]
    tickets: dict[str, Ticket]
    people: dict[str, set[str]]
    customers: Mapping[str, str]
    orders: threads.Orders
    by_sender: dict[str, list[Ticket]] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session, mentioned: Mentioned) -> Surroundings:
        """What stands in the database around these mails."""
        aliases = threads.tickets_by_alias(session, mentioned.message_ids)
        known = {*mentioned.ticket_ids, *(one for each in aliases.values() for one in each)}
        tickets = threads.with_merges(session, known)
        recent = threads.recent_of_senders(session, mentioned.emails, mentioned.since)
        found = cls(
            aliases,
            tickets,
            threads.participants(session, sorted(tickets)),
            threads.customers_by_email(session, mentioned.emails),
            threads.orders_meant(session, mentioned.emails, mentioned.order_names),
        )
        for ticket in recent:
            found.tickets[ticket.id] = ticket
            found.by_sender.setdefault(ticket.customer_email, []).append(ticket)
        return found

    def after_merges(self, found: Mapping[str, str]) -> dict[str, str]:
        """The same mapping with merged tickets followed and unknown ones left out."""
        there = {each: self.tickets[ticket] for each, ticket in found.items() if self._has(ticket)}
        return {each: ticket.merged_into_id or ticket.id for each, ticket in there.items()}

    def participants(self, session: Session, ticket_ids: Iterable[str]) -> dict[str, set[str]]:
        """For each ticket: every address that wrote or was written to, lower case."""
        wanted = set(ticket_ids)
        self.people |= threads.participants(session, sorted(wanted - self.people.keys()))
        return {ticket_id: self.people[ticket_id] for ticket_id in wanted}

    def recent_of_sender(self, email: str, since: datetime) -> Sequence[Ticket]:
        """A sender's tickets that are not closed and had mail since a moment, newest first."""
        of_sender = [
            ticket
            for ticket in self.by_sender.get(email, ())
            if ticket.last_message_at >= since
            and ticket.merged_into_id is None
            and ticket.status not in _CLOSED
        ]
        return sorted(of_sender, key=lambda each: each.last_message_at, reverse=True)[:_FEW]

    def opened(self, ticket: Ticket) -> None:
        """A new ticket is here from now on."""
        self.tickets[ticket.id] = ticket
        self.people[ticket.id] = {ticket.customer_email}
        self.by_sender.setdefault(ticket.customer_email, []).append(ticket)

    def joined(self, ticket: Ticket, addresses: Iterable[str], message_ids: Iterable[str]) -> None:
        """A mail with these addresses and ids came to a ticket."""
        self.people.setdefault(ticket.id, set()).update(filter(None, addresses))
        for each in message_ids:
            self.aliases.setdefault(each, []).append(ticket.id)

    def _has(self, ticket_id: str) -> bool:
        return ticket_id in self.tickets
