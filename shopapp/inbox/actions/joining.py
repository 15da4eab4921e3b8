"""Merging tickets and parting them again: a pointer, so that both stay what they were."""

from __future__ import annotations

from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.inbox.actions import drafting
from shopapp.inbox.actions.retelling import settle
from shopapp.inbox.actions.timeline import note_event
from shopapp.inbox.models import (
    AuthorType,
    DeliveryState,
    Ticket,
    TicketEvent,
    TicketStatus,
)
from shopapp.inbox.queries import replies
from shopapp.refusals import Invalid, Stale

DONE = (TicketStatus.CLOSED, TicketStatus.ARCHIVED, TicketStatus.SPAM)


def merge(session: Session, source: Ticket, *, into: Ticket, by: User) -> TicketEvent:
    """Show `source` inside `into` from now on; its later mail goes there too.

    The source's row, messages and assignee stay as they are, so that an undo restores them. Both
    must be live ends of their merges, and both rows are written, so that no circle can come about
    and of two people who merge crosswise one is refused. Raises Invalid (the same
    ticket, a closed target) and Stale (merged meanwhile, a reply in writing or on its way).
    """
    _check(session, source, into)
    drafting.give_up(session, source)
    event = note_event(
        session,
        into,
        "merged",
        by=by,
        other=source.id,
        number=source.number,
        status=into.status.value,
    )
    source.merged_into_id = into.id
    if source.status is TicketStatus.OPEN:
        into.status = TicketStatus.OPEN
    session.flush()
    settle(session, source, into)
    record(session, "ticket.merged", source, by=by, after={"into": into.number})
    return event


def unmerge(session: Session, event: TicketEvent, *, by: User) -> Ticket:
    """Take a merge back: the source stands on its own again; raises Stale when it does already.

    What arrived since the merge stays where it was shown.
    """
    source = session.get(Ticket, str(event.detail.get("other")))
    into = session.get_one(Ticket, event.ticket_id)
    if source is None or source.merged_into_id != into.id:
        message = f"#{event.detail.get('number')} is not part of this ticket any more."
        raise Stale(message)
    source.merged_into_id = None
    event.detail = {**event.detail, "undone": 1}
    if into.status is TicketStatus.OPEN and event.detail["status"] != TicketStatus.OPEN.value:
        into.status = TicketStatus(str(event.detail["status"]))
    session.flush()
    settle(session, source, into)
    note_event(session, into, "unmerged", by=by, number=source.number, other=source.id)
    record(session, "ticket.unmerged", source, by=by, before={"into": into.number})
    return source


def refuse_while_writing(session: Session, ticket: Ticket) -> None:
    """Raises Stale while a person's reply stands in the composer of the ticket, or is leaving."""
    reply = replies.in_writing(session, ticket)
    if reply is None:
        return
    if reply.delivery_state is not DeliveryState.DRAFT:
        message = f"A reply in #{ticket.number} is on its way. Try again when it has left."
        raise Stale(message)
    if reply.author_type is not AuthorType.AI:
        message = (
            f"{reply.author_name} is writing a reply in #{ticket.number}. Send or discard it first."
        )
        raise Stale(message)


def _check(session: Session, source: Ticket, into: Ticket) -> None:
    if source.id == into.id:
        message = "A ticket cannot be merged into itself."
        raise Invalid(message)
    for each in (source, into):
        if each.merged_into_id is not None:
            message = f"#{each.number} was merged into another ticket meanwhile."
            raise Stale(message)
    if into.status in DONE:
        message = f"#{into.number} is {into.status.value}. Reopen it first, then merge."
        raise Invalid(message)
    refuse_while_writing(session, source)
