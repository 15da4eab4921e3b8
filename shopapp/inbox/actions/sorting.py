"""Sorting a ticket: its priority and its tags."""

from __future__ import annotations

from sqlalchemy import select

from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.inbox.actions import waiting
from shopapp.inbox.actions.timeline import note_change
from shopapp.inbox.models import Priority, Tag, Ticket, TicketTag
from shopapp.refusals import Invalid

LONGEST_TAG = 40
MOST_TAGS = 20


def set_priority(
    session: Session, ticket: Ticket, *, to: Priority, by: User | None, why: str = ""
) -> Ticket:
    """How urgent the ticket is; what is due moves with it."""
    before = ticket.priority
    if before is to:
        return ticket
    ticket.priority = to
    waiting.retime(session, ticket)
    was, now = {"priority": before.value}, {"priority": to.value}
    note_change(session, ticket, "prioritised", by=by, why=why, before=was, after=now, to=to.value)
    return ticket


def tag(session: Session, ticket: Ticket, *, name: str, by: User | None, why: str = "") -> Tag:
    """Put a tag on the ticket, made when there is none of that name; raises Invalid."""
    row = find_or_make(session, name)
    there = select(TicketTag.id).where(TicketTag.ticket_id == ticket.id, TicketTag.tag_id == row.id)
    if session.scalar(there) is not None:
        return row
    session.add(TicketTag(ticket_id=ticket.id, tag_id=row.id))
    note_change(session, ticket, "tagged", by=by, why=why, after={"tag": row.name}, to=row.name)
    return row


def untag(session: Session, ticket: Ticket, *, name: str, by: User | None, why: str = "") -> None:
    """Take a tag off the ticket; one it does not bear is no matter."""
    on_it = session.scalar(
        select(TicketTag)
        .join(Tag, Tag.id == TicketTag.tag_id)
        .where(TicketTag.ticket_id == ticket.id, Tag.name == tidy(name))
    )
    if on_it is None:
        return
    session.delete(on_it)
    named = tidy(name)
    note_change(session, ticket, "untagged", by=by, why=why, before={"tag": named}, to=named)


def find_or_make(session: Session, name: str) -> Tag:
    """The store's tag of this name; raises Invalid for a name no tag can bear."""
    named = tidy(name)
    if not named:
        message = "Type the tag's name."
        raise Invalid(message, "tag")
    if len(named) > LONGEST_TAG:
        message = f"A tag has {LONGEST_TAG} characters at most."
        raise Invalid(message, "tag")
    row = session.scalar(select(Tag).where(Tag.name == named))
    if row is None:
        row = Tag(name=named)
        session.add(row)
        session.flush()
    return row


def tidy(name: str) -> str:
    """A tag's name as it is kept: lower case, single spaces, without commas and leading '#'."""
    return " ".join(name.replace(",", " ").replace("\x00", "").lower().split()).lstrip("# ")
