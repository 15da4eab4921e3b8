"""Splitting a ticket, moving messages to another one, and undoing either."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from sqlalchemy import delete, select

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.inbox.actions import drafting
from shopapp.inbox.actions.arriving import remember_ids
from shopapp.inbox.actions.joining import DONE, refuse_while_writing
from shopapp.inbox.actions.retelling import settle
from shopapp.inbox.actions.ticketing import next_number
from shopapp.inbox.actions.timeline import note_event
from shopapp.inbox.models import (
    AuthorType,
    MessageAlias,
    MessageMove,
    Ticket,
    TicketEvent,
    TicketMessage,
)
from shopapp.inbox.queries.families import said
from shopapp.refusals import Invalid, Stale


def split(
    session: Session, ticket: Ticket, message: TicketMessage, *, later: bool, by: User
) -> TicketEvent:
    """Give the message (and with `later` all after it) a new ticket, linked to this one.

    Raises Invalid when nothing would be left, Stale while a reply is written or on its way.
    """
    leaving = _leaving(session, ticket, message, later=later)
    apart = _beside(session, ticket, leaving)
    event = note_event(
        session, ticket, "split", by=by, other=apart.id, number=apart.number, count=len(leaving)
    )
    note_event(session, apart, "split off", by=by, other=ticket.id, number=ticket.number)
    _carry(session, leaving, event, (ticket, apart), f"split from #{ticket.number} by {_name(by)}")
    record(session, "ticket.split", ticket, by=by, after={"into": apart.number})
    return event


def move(
    session: Session, ticket: Ticket, message: TicketMessage, *, to: Ticket, later: bool, by: User
) -> TicketEvent:
    """Put the message (and with `later` all after it) into another ticket.

    Raises Invalid (the same ticket, a closed one, nothing would be left), Stale (a reply is
    written or on its way, or the other ticket was merged meanwhile).
    """
    if to.id == ticket.id:
        refusal = "The message is in that ticket already."
        raise Invalid(refusal)
    if to.status in DONE or to.merged_into_id is not None:
        refusal = f"#{to.number} takes no messages: it is closed or part of another ticket."
        raise Invalid(refusal)
    leaving = _leaving(session, ticket, message, later=later)
    event = note_event(
        session, ticket, "moved", by=by, other=to.id, number=to.number, count=len(leaving)
    )
    note_event(session, to, "moved here", by=by, other=ticket.id, number=ticket.number)
    _carry(
        session, leaving, event, (ticket, to), f"moved here from #{ticket.number} by {_name(by)}"
    )
    record(session, "ticket.moved", ticket, by=by, after={"to": to.number, "count": len(leaving)})
    return event


def take_back(session: Session, event: TicketEvent, *, by: User) -> Ticket:
    """Undo a split or a move: the messages go back with the reasons they had.

    A ticket that was split off and is empty again leads to where its messages went, so that what
    arrives for it later arrives there. Raises Stale when it was undone, or a reply is in the way.
    """
    moves = session.scalars(select(MessageMove).where(MessageMove.event_id == event.id)).all()
    rows = [session.get_one(TicketMessage, each.message_id) for each in moves]
    there = str(event.detail["other"])
    is_there = rows and all(row.ticket_id == there for row in rows)
    if event.detail.get("undone") or not is_there:
        message = "Some of these messages are elsewhere by now: move them one by one."
        raise Stale(message)
    ticket, apart = session.get_one(Ticket, event.ticket_id), session.get_one(Ticket, there)
    refuse_while_writing(session, apart)
    for each, row in zip(moves, rows, strict=True):
        _pass_on(session, [row], session.get_one(Ticket, each.from_ticket_id))
        row.ticket_id, row.threading_reason = each.from_ticket_id, each.former_reason
    event.detail = {**event.detail, "undone": 1}
    session.flush()
    if event.kind == "split":
        drafting.give_up(session, apart)
        apart.merged_into_id, apart.linked_ticket_id = ticket.id, None
        session.flush()
    settle(session, ticket, apart)
    note_event(session, ticket, f"{event.kind} undone", by=by, number=apart.number)
    record(session, f"ticket.{event.kind} undone", ticket, by=by, before={"to": apart.number})
    return ticket


def _leaving(
    session: Session, ticket: Ticket, message: TicketMessage, *, later: bool
) -> Sequence[TicketMessage]:
    refuse_while_writing(session, ticket)
    rows = said(session, ticket.id)
    here = next((n for n, row in enumerate(rows) if row.id == message.id), None)
    if here is None:
        refusal = "This message is not part of the ticket any more."
        raise Stale(refusal)
    leaving = rows[here:] if later else [message]
    if len(leaving) == len(rows):
        refusal = f"Nothing would be left in #{ticket.number}: merge the tickets instead."
        raise Invalid(refusal)
    return leaving


def _beside(session: Session, ticket: Ticket, leaving: Sequence[TicketMessage]) -> Ticket:
    """A new ticket for messages of another one: the same desk, the customer who wrote them."""
    wrote = next((row for row in leaving if row.author_type is AuthorType.CUSTOMER), None)
    is_same = wrote is None or wrote.author_email == ticket.customer_email
    apart = Ticket(
        number=next_number(session),
        subject=next((row.subject for row in leaving if row.subject), ticket.subject),
        mailbox_id=ticket.mailbox_id,
        assignee_id=ticket.assignee_id,
        customer_email=ticket.customer_email if wrote is None else wrote.author_email,
        customer_name=ticket.customer_name if wrote is None else wrote.author_name,
        customer_id=ticket.customer_id if is_same else None,
        shopify_order_id=ticket.shopify_order_id if is_same else None,
        linked_ticket_id=ticket.id,
        last_message_at=clock.now(),
    )
    session.add(apart)
    session.flush()
    return apart


def _carry(
    session: Session,
    rows: Sequence[TicketMessage],
    event: TicketEvent,
    way: tuple[Ticket, Ticket],
    reason: str,
) -> None:
    ticket, to = way
    session.flush()
    session.add_all(
        MessageMove(
            event_id=event.id,
            message_id=row.id,
            from_ticket_id=row.ticket_id,
            former_reason=row.threading_reason,
        )
        for row in rows
    )
    _pass_on(session, rows, to)
    for row in rows:
        row.ticket_id, row.threading_reason = to.id, reason
    session.flush()
    settle(session, ticket, to)


def _pass_on(session: Session, rows: Sequence[TicketMessage], to: Ticket) -> None:
    """The ids that leave with the messages lead to their new ticket.

    Those are their own, and what they name and nobody who stays does.
    """
    for home_id in {row.ticket_id for row in rows}:
        gone = [row for row in rows if row.ticket_id == home_id]
        stays = session.scalars(
            select(TicketMessage).where(
                TicketMessage.ticket_id == home_id,
                TicketMessage.id.not_in([row.id for row in gone]),
            )
        )
        ids = _ids(gone) - _ids(stays) | {row.message_id for row in gone if row.message_id}
        session.execute(
            delete(MessageAlias).where(
                MessageAlias.ticket_id == home_id, MessageAlias.message_id.in_(ids)
            )
        )
        remember_ids(session, to, sorted(ids))


def _ids(rows: Iterable[TicketMessage]) -> set[str]:
    """Every id the messages have or name."""
    named = chain.from_iterable((row.message_id, row.in_reply_to, *row.references) for row in rows)
    return {each for each in named if each}


def _name(person: User) -> str:
    return person.name or person.email
