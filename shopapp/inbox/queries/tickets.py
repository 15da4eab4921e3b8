"""Tickets as the list and the ticket page show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, true
from sqlalchemy.orm import joinedload, undefer

from shopapp.columns import CleanText
from shopapp.db import Session
from shopapp.inbox.models import (
    Attachment,
    AuthorType,
    DeliveryState,
    Direction,
    Ticket,
    TicketEvent,
    TicketMessage,
)
from shopapp.inbox.queries.families import family
from shopapp.inbox.queries.tabs import Standpoint, View, in_view

ARRIVED = (DeliveryState.RECEIVED, DeliveryState.NOTE)
IN_COMPOSER = (DeliveryState.DRAFT, DeliveryState.QUEUED, DeliveryState.SENDING)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A ticket with its messages, oldest first, its timeline, and the reply being written."""

    ticket: Ticket
    messages: Sequence[TicketMessage]
    events: Sequence[TicketEvent]
    reply: TicketMessage | None

    @property
    def last_question(self) -> TicketMessage | None:
        """The newest message a customer wrote, if any."""
        return next(
            (m for m in reversed(self.messages) if m.author_type is AuthorType.CUSTOMER), None
        )

    @property
    def last_reply(self) -> TicketMessage | None:
        """The newest reply of ours that left, if nothing came in after it."""
        last = next((m for m in reversed(self.messages) if not m.is_internal_note), None)
        return last if last is not None and last.direction is Direction.OUT else None

    @property
    def last_seen(self) -> str:
        """'<message>:<event>': the newest of each, by which a send notices what came after."""
        shown = [m for m in self.messages if m.delivery_state in ARRIVED]
        message = max(shown, key=lambda m: (m.created_at, m.id)).id if shown else ""
        return f"{message}:{self.events[-1].id}" if self.events else message


def ticket(session: Session, ticket_id: str) -> Ticket | None:
    """One ticket with its assignee and customer."""
    return session.scalar(
        select(Ticket)
        .options(
            joinedload(Ticket.assignee), joinedload(Ticket.customer), joinedload(Ticket.mailbox)
        )
        .where(Ticket.id == ticket_id)
    )


def conversation(session: Session, ticket: Ticket) -> Conversation:
    """What the ticket and those merged into it say, in two statements."""
    rows = (
        session.scalars(
            select(TicketMessage)
            .options(
                joinedload(TicketMessage.attachments),
                joinedload(TicketMessage.outbound),
                undefer(TicketMessage.body_html),
            )
            .where(
                TicketMessage.ticket_id.in_(family(ticket.id)),
                TicketMessage.delivery_state != DeliveryState.DISCARDED,
            )
            .order_by(TicketMessage.sent_at, TicketMessage.id)
        )
        .unique()
        .all()
    )
    events = session.scalars(
        select(TicketEvent)
        .where(TicketEvent.ticket_id.in_(family(ticket.id)))
        .order_by(TicketEvent.created_at, TicketEvent.id)
    ).all()
    return Conversation(
        ticket,
        [row for row in rows if row.delivery_state not in IN_COMPOSER],
        events,
        _in_composer(rows, ticket),
    )


def _in_composer(rows: Sequence[TicketMessage], ticket: Ticket) -> TicketMessage | None:
    """The ticket's own reply in writing; what was merged into it has none."""
    own = (row for row in reversed(rows) if row.ticket_id == ticket.id)
    return next((row for row in own if row.delivery_state in IN_COMPOSER), None)


def message(session: Session, message_id: str) -> TicketMessage | None:
    """One message with its HTML."""
    return session.scalar(
        select(TicketMessage)
        .options(undefer(TicketMessage.body_html), joinedload(TicketMessage.attachments))
        .where(TicketMessage.id == message_id)
    )


def event(session: Session, event_id: str) -> TicketEvent | None:
    """One line of a timeline."""
    return session.scalar(select(TicketEvent).where(TicketEvent.id == event_id))


def attachment(session: Session, attachment_id: str) -> Attachment | None:
    """One attachment."""
    return session.scalar(select(Attachment).where(Attachment.id == attachment_id))


def chosen(session: Session, ids: Sequence[str]) -> Sequence[Ticket]:
    """The tickets with these ids, with their assignees."""
    return session.scalars(
        select(Ticket).options(joinedload(Ticket.assignee)).where(Ticket.id.in_(ids))
    ).all()


def neighbour(
    session: Session, ticket: Ticket, view: View, at: Standpoint, *, newer: bool
) -> str | None:
    """The id of the next ticket of a view beside this one, in the list's order."""
    moment, key = Ticket.last_message_at, Ticket.id
    here = (ticket.last_message_at, ticket.id)
    beyond = or_(
        moment > here[0] if newer else moment < here[0],
        and_(moment == here[0], key > here[1] if newer else key < here[1]),
    )
    order = (moment.asc(), key.asc()) if newer else (moment.desc(), key.desc())
    return session.scalar(
        select(Ticket.id).where(in_view(view, at), beyond).order_by(*order).limit(1)
    )


def past_tickets(session: Session, ticket: Ticket, limit: int = 5) -> Sequence[Ticket]:
    """The customer's other tickets, newest first."""
    if not ticket.customer_email:
        return []
    return session.scalars(
        select(Ticket)
        .where(
            Ticket.customer_email == ticket.customer_email,
            Ticket.id != ticket.id,
            Ticket.merged_into_id.is_(None),
        )
        .order_by(Ticket.last_message_at.desc(), Ticket.id.desc())
        .limit(limit)
    ).all()


def matching(session: Session, words: str) -> ColumnElement[bool]:
    """Tickets whose number is `words`, or that contain them; all of them for none."""
    text = words.strip()
    if not text:
        return true()
    if text.lstrip("#").isascii() and text.lstrip("#").isdigit() and len(text) < 10:
        number = text.lstrip("#")
        return or_(Ticket.number == int(number), _contains(session, text))
    return _contains(session, text)


def _contains(session: Session, text: str) -> ColumnElement[bool]:
    """On PostgreSQL inside a function: behind row-level security no index serves a search."""
    if session.get_bind().dialect.name == "postgresql":
        return Ticket.id.in_(select(func.search_tickets(literal(text, CleanText()))))
    columns = (Ticket.subject, Ticket.customer_email, Ticket.customer_name, Ticket.preview)
    return or_(*(column.icontains(text, autoescape=True) for column in columns))
