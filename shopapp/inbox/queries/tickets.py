"""Tickets as the list and the ticket page show them."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, true
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
from shopapp.inbox.models import TicketStatus as S

ARRIVED = (DeliveryState.RECEIVED, DeliveryState.NOTE)
IN_COMPOSER = (DeliveryState.DRAFT, DeliveryState.QUEUED, DeliveryState.SENDING)


class View(enum.StrEnum):
    """The list's tabs."""

    OPEN = "open"
    DRAFT_READY = "draft-ready"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    WAITING = "waiting"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The tab's words: 'Draft ready'."""
        return self.value.replace("-", " ").capitalize()


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
        """The id of the newest message or note, by which a send notices what came after it."""
        shown = [m for m in self.messages if m.delivery_state in ARRIVED]
        return max(shown, key=lambda m: (m.created_at, m.id)).id if shown else ""


def listed(session: Session, view: View, me: str, words: str) -> Select[Ticket]:
    """The tickets of a view whose number, subject, customer or preview contain `words`."""
    return (
        select(Ticket)
        .options(joinedload(Ticket.assignee))
        .where(_in_view(view, me), Ticket.merged_into_id.is_(None), _matching(session, words))
    )


def counts(session: Session, me: str) -> dict[View, int]:
    """How many tickets each view holds, in one statement."""
    row = session.execute(
        select(
            *(func.count(case((_in_view(view, me), Ticket.id))).label(view.name) for view in View)
        ).where(Ticket.merged_into_id.is_(None))
    ).one()
    return {view: getattr(row, view.name) for view in View}


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
    """The ticket's messages and its timeline, in two statements."""
    rows = (
        session.scalars(
            select(TicketMessage)
            .options(
                joinedload(TicketMessage.attachments),
                joinedload(TicketMessage.outbound),
                undefer(TicketMessage.body_html),
            )
            .where(
                TicketMessage.ticket_id == ticket.id,
                TicketMessage.delivery_state != DeliveryState.DISCARDED,
            )
            .order_by(TicketMessage.sent_at, TicketMessage.id)
        )
        .unique()
        .all()
    )
    events = session.scalars(
        select(TicketEvent)
        .where(TicketEvent.ticket_id == ticket.id)
        .order_by(TicketEvent.created_at, TicketEvent.id)
    ).all()
    return Conversation(
        ticket,
        [row for row in rows if row.delivery_state not in IN_COMPOSER],
        events,
        next((row for row in reversed(rows) if row.delivery_state in IN_COMPOSER), None),
    )


def message(session: Session, message_id: str) -> TicketMessage | None:
    """One message with its HTML."""
    return session.scalar(
        select(TicketMessage)
        .options(undefer(TicketMessage.body_html), joinedload(TicketMessage.attachments))
        .where(TicketMessage.id == message_id)
    )


def attachment(session: Session, attachment_id: str) -> Attachment | None:
    """One attachment."""
    return session.scalar(select(Attachment).where(Attachment.id == attachment_id))


def chosen(session: Session, ids: Sequence[str]) -> Sequence[Ticket]:
    """The tickets with these ids, with their assignees."""
    return session.scalars(
        select(Ticket).options(joinedload(Ticket.assignee)).where(Ticket.id.in_(ids))
    ).all()


def neighbour(session: Session, ticket: Ticket, view: View, me: str, *, newer: bool) -> str | None:
    """The id of the next ticket of a view beside this one, in the list's order."""
    moment, key = Ticket.last_message_at, Ticket.id
    here = (ticket.last_message_at, ticket.id)
    beyond = or_(
        moment > here[0] if newer else moment < here[0],
        and_(moment == here[0], key > here[1] if newer else key < here[1]),
    )
    order = (moment.asc(), key.asc()) if newer else (moment.desc(), key.desc())
    return session.scalar(
        select(Ticket.id)
        .where(_in_view(view, me), Ticket.merged_into_id.is_(None), beyond)
        .order_by(*order)
        .limit(1)
    )


def past_tickets(session: Session, ticket: Ticket, limit: int = 5) -> Sequence[Ticket]:
    """The customer's other tickets, newest first."""
    if not ticket.customer_email:
        return []
    return session.scalars(
        select(Ticket)
        .where(Ticket.customer_email == ticket.customer_email, Ticket.id != ticket.id)
        .order_by(Ticket.last_message_at.desc(), Ticket.id.desc())
        .limit(limit)
    ).all()


def _in_view(view: View, me: str) -> ColumnElement[bool]:
    if view is View.CLOSED:
        return Ticket.status.in_((S.CLOSED, S.RESOLVED))
    if view is View.WAITING:
        return Ticket.status.in_((S.PENDING, S.SNOOZED))
    waits = Ticket.status == S.OPEN
    if view is View.DRAFT_READY:
        return and_(waits, Ticket.draft_ready.is_(True))
    if view is View.MINE:
        return and_(waits, Ticket.assignee_id == me)
    if view is View.UNASSIGNED:
        return and_(waits, Ticket.assignee_id.is_(None))
    return waits


def _matching(session: Session, words: str) -> ColumnElement[bool]:
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
