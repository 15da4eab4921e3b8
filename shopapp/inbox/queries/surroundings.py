"""What a batch of mails meets: tickets, people, orders; read once, kept up as mails are placed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from shopapp.db import Session
from shopapp.inbox.models import Ticket, TicketMessage, TicketStatus
from shopapp.inbox.queries import threads
from shopapp.inbox.queries.families import roots

_CLOSED = (TicketStatus.CLOSED, TicketStatus.SPAM, TicketStatus.ARCHIVED)
_FEW = 20


@dataclass(frozen=True, slots=True)
class Mentioned:
    """What the mails of a batch name: message ids (their own ones apart), tickets of signed
    addresses, who writes, which orders; and since when their senders' tickets count."""

    message_ids: Collection[str]
    own_ids: Collection[str]
    ticket_ids: Collection[str]
    emails: Collection[str]
    order_names: Collection[str]
    since: datetime


@dataclass(slots=True)
class Surroundings:
    """Found with a handful of statements, however many mails; a mail that is placed joins it."""

    own: Collection[str]
    aliases: dict[str, list[str]]
    roots: dict[str, str]
    tickets: dict[str, Ticket]
    people: dict[str, set[str]]
    customers: Mapping[str, str]
    orders: threads.Orders
    by_sender: dict[str, list[Ticket]] = field(default_factory=dict)
    twins: dict[str, list[tuple[TicketMessage, str | None]]] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session, mentioned: Mentioned, own: Collection[str]) -> Surroundings:
        """What stands in the database around these mails; `own` are our mailboxes' addresses."""
        aliases = threads.tickets_by_alias(session, mentioned.message_ids)
        known = {*mentioned.ticket_ids, *(one for each in aliases.values() for one in each)}
        ends = roots(session, known)
        tickets = threads.tickets(session, set(ends.values()))
        recent = threads.recent_of_senders(session, mentioned.emails, mentioned.since)
        found = cls(
            own,
            aliases,
            ends,
            tickets,
            threads.participants(session, sorted(tickets)),
            threads.customers_by_email(session, mentioned.emails),
            threads.orders_meant(session, mentioned.emails, mentioned.order_names),
        )
        for ticket in recent:
            found.tickets[ticket.id] = ticket
            found.by_sender.setdefault(ticket.customer_email, []).append(ticket)
        for row, mailbox_id in threads.under_ids(session, mentioned.own_ids):
            found.twins.setdefault(row.message_id or "", []).append((row, mailbox_id))
        return found

    def ends(self, ticket_ids: Iterable[str]) -> list[str]:
        """Where merges lead from these tickets, unknown ones left out."""
        return [self.roots[each] for each in ticket_ids if each in self.roots]

    def twins_of(self, message_id: str, mailbox_id: str) -> list[TicketMessage]:
        """Messages under this Message-ID that came through no or another mailbox."""
        return [row for row, through in self.twins.get(message_id, ()) if through != mailbox_id]

    def participants(self, session: Session, ticket_ids: Iterable[str]) -> dict[str, set[str]]:
        """For each ticket: every address that wrote or was written to, lower case."""
        wanted = set(ticket_ids)
        self.people |= threads.participants(session, sorted(wanted - self.people.keys()))
        return {ticket_id: self.people[ticket_id] for ticket_id in wanted}

    def recent_of_sender(self, email: str, since: datetime, mailbox_id: str) -> Sequence[Ticket]:
        """A sender's tickets of a mailbox, not closed, with mail since a moment, newest first."""
        of_sender = [
            ticket
            for ticket in self.by_sender.get(email, ())
            if ticket.mailbox_id == mailbox_id
            and ticket.last_message_at >= since
            and ticket.merged_into_id is None
            and ticket.status not in _CLOSED
        ]
        return sorted(of_sender, key=lambda each: each.last_message_at, reverse=True)[:_FEW]

    def opened(self, ticket: Ticket) -> None:
        """A new ticket is here from now on."""
        self.tickets[ticket.id] = ticket
        self.roots[ticket.id] = ticket.id
        self.people[ticket.id] = {ticket.customer_email}
        self.by_sender.setdefault(ticket.customer_email, []).append(ticket)

    def joined(
        self, ticket: Ticket, row: TicketMessage, mailbox_id: str, message_ids: Iterable[str]
    ) -> None:
        """A mail that names these ids came to a ticket, through a mailbox."""
        people = self.people.setdefault(ticket.id, set())
        people.update(filter(None, (row.author_email, *row.recipients)))
        self.twins.setdefault(row.message_id or "", []).append((row, mailbox_id))
        for each in message_ids:
            self.aliases.setdefault(each, []).append(ticket.id)
