"""Tickets of the comparison: held out of drafting by lot, and taken out when somebody asks."""

from __future__ import annotations

from collections.abc import Iterable

from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.drafts.actions import holding
from shopapp.drafts.queries import holding as arms
from shopapp.drafts.retrieving import intents
from shopapp.inbox.actions import shadowing
from shopapp.inbox.actions.timeline import note_event
from shopapp.inbox.models import Ticket, TicketEvent, TicketMessage

HELD_OUT, LEFT = "held out", "left comparison"
_READ = 20_000


def holds_out(session: Session, ticket: Ticket, question: TicketMessage) -> bool:
    """Whether the ticket gets no draft so that replies can be compared; its timeline says so.

    A ticket that was answered before the comparison began is in none, nor one of a mailbox in
    shadow mode: nobody replies to it from here.
    """
    is_new = arms.arm_of(session, ticket.id) is None
    if is_new and (ticket.last_replied_at is not None or shadowing.is_watched(session, ticket)):
        return False
    asked = intents.intents(f"{question.subject}\n{question.visible_text}"[:_READ])
    intent = min((one.value for one in asked), default="other")
    held = holding.assign(session, ticket.id, intent=intent)
    if held and is_new:
        note_event(session, ticket, HELD_OUT, by=None)
    return held


def leave(session: Session, ticket: Ticket, *, by: User | None) -> None:
    """Somebody wants a draft all the same."""
    if holding.leave(session, ticket.id, by=by):
        note_event(session, ticket, LEFT, by=by)


def is_compared(events: Iterable[TicketEvent]) -> bool:
    """Whether a ticket with this timeline is held out now."""
    kinds = [event.kind for event in events if event.kind in (HELD_OUT, LEFT)]
    return bool(kinds) and kinds[-1] == HELD_OUT
