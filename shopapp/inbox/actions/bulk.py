"""Work on many tickets at once, and taking it back: what each was is kept with what it became."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.inbox.actions.timeline import note_event
from shopapp.inbox.models import (
    Awaits,
    BulkChange,
    Priority,
    Tag,
    Ticket,
    TicketSnooze,
    TicketStatus,
    TicketTag,
)
from shopapp.refusals import Refused, Stale

UNDOABLE = timedelta(minutes=10)
MOST = 1_000  # tickets in one change
Act = Callable[[Ticket], Any]
_MOMENTS = (
    *("snoozed_until", "closed_at", "waiting_since", "response_from", "resolution_from"),
    *("paused_at", "first_response_due_at", "next_response_due_at", "resolution_due_at"),
)


@dataclass(frozen=True, slots=True)
class Done:
    """What a bulk change came to: `refused` are the sentences of those left out, by number."""

    change: BulkChange | None
    done: int
    refused: Mapping[int, str]


def change_all(
    session: Session, tickets: Sequence[Ticket], act: Act, *, verb: str, by: User
) -> Done:
    """Do `act` to each ticket that does not refuse; `verb` ('closed') is kept for the undo."""
    before = states(session, tickets)
    refused: dict[int, str] = {}
    for ticket in tickets:
        try:
            act(ticket)
        except Refused as refusal:
            refused[ticket.number] = str(refusal)
    session.flush()
    after = states(session, tickets)
    moved = {key: [before[key], after[key]] for key in before if before[key] != after[key]}
    if not moved:
        return Done(None, 0, refused)
    change = BulkChange(by_id=by.id, verb=verb, tickets=moved)
    session.add(change)
    session.flush()
    return Done(change, len(moved), refused)


def undo(session: Session, change: BulkChange, *, by: User) -> tuple[int, list[int]]:
    """Put every ticket back that is still as the change left it: how many, and the numbers of
    those left alone. Raises Stale when the time is over or it was undone."""
    if change.undone_at or change.by_id != by.id or clock.now() - change.created_at > UNDOABLE:
        message = "This cannot be undone any more."
        raise Stale(message)
    rows = session.scalars(select(Ticket).where(Ticket.id.in_(change.tickets))).all()
    now, left = states(session, rows), []
    for ticket in rows:
        before, after = change.tickets[ticket.id]
        if now[ticket.id] != after:
            left.append(ticket.number)
            continue
        _put_back(session, ticket, before)
        note_event(session, ticket, "undone", by=by, what=change.verb)
        record(session, "ticket.undone", ticket, by=by, before=after, after=before)
    change.undone_at = clock.now()
    return len(rows) - len(left), sorted(left)


def states(session: Session, tickets: Sequence[Ticket]) -> dict[str, dict[str, Any]]:
    """What a bulk change may change of each ticket, by id."""
    ids = [ticket.id for ticket in tickets]
    tags: dict[str, list[str]] = {key: [] for key in ids}
    pairs = select(TicketTag.ticket_id, Tag.name).join(Tag, Tag.id == TicketTag.tag_id)
    for ticket_id, name in session.execute(pairs.where(TicketTag.ticket_id.in_(ids))):
        tags[ticket_id].append(name)
    sleeps = {
        row.ticket_id: row
        for row in session.scalars(select(TicketSnooze).where(TicketSnooze.ticket_id.in_(ids)))
    }
    return {
        ticket.id: _state(ticket, sorted(tags[ticket.id]), sleeps.get(ticket.id))
        for ticket in tickets
    }


def _state(ticket: Ticket, tags: list[str], sleep: TicketSnooze | None) -> dict[str, Any]:
    moments = {name: getattr(ticket, name) for name in _MOMENTS}
    return {
        "status": ticket.status.value,
        "priority": ticket.priority.value,
        "assignee_id": ticket.assignee_id,
        "draft_ready": ticket.draft_ready,
        **{name: moment and moment.isoformat() for name, moment in moments.items()},
        "tags": tags,
        "awaits": [sleep.awaits.value, sleep.order_id, sleep.variant_id] if sleep else None,
    }


def _put_back(session: Session, ticket: Ticket, state: Mapping[str, Any]) -> None:
    ticket.status = TicketStatus(state["status"])
    ticket.priority = Priority(state["priority"])
    ticket.assignee_id = state["assignee_id"]
    ticket.draft_ready = state["draft_ready"]
    for name in _MOMENTS:
        moment = state[name]
        setattr(ticket, name, datetime.fromisoformat(moment) if moment else None)
    for row in (TicketTag, TicketSnooze):
        gone = delete(row).where(row.ticket_id == ticket.id)
        session.execute(gone.execution_options(synchronize_session=False))
    for tag in session.scalars(select(Tag).where(Tag.name.in_(state["tags"]))):
        session.add(TicketTag(ticket_id=ticket.id, tag_id=tag.id))
    if state["awaits"]:
        awaits, order_id, variant_id = state["awaits"]
        session.add(
            TicketSnooze(
                ticket_id=ticket.id,
                awaits=Awaits(awaits),
                until=ticket.snoozed_until,
                order_id=order_id,
                variant_id=variant_id,
            )
        )
