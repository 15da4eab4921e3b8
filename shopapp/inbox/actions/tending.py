"""What happens to tickets by itself: waking, broken promises, rules on silence, new levels."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog

from shopapp import clock
from shopapp.db import Session
from shopapp.inbox.actions import obeying, snoozing, surveying, waiting
from shopapp.inbox.actions.timeline import note_event
from shopapp.inbox.models import ServiceOutcome, Ticket, TicketStatus, Trigger
from shopapp.inbox.queries import due, replies
from shopapp.inbox.queries import rules as queries
from shopapp.jobs.context import JobContext
from shopapp.jobs.registry import handler

TEND, RETIME = "inbox.tend", "inbox.retime"
BATCH = 200
log = structlog.get_logger(__name__)


@handler(TEND)
def tend(context: JobContext) -> None:
    """One round over the store's tickets; what goes wrong in one part keeps no other from it."""
    for part in (wake, note_broken, break_silence, surveying.ask_due(context.config)):
        try:
            with context.transaction() as session:
                part(session)
        except Exception as error:  # noqa: BLE001 - the next round tries again
            log.warning("inbox.tend failed", part=_name(part), error=type(error).__name__)


@handler(RETIME)
def retime(context: JobContext) -> None:
    """Work out anew what is due, after the levels, the hours or the holidays changed."""
    after, done = "", 0
    while True:
        with context.transaction() as session:
            rows = due.unfinished(session, after, BATCH)
            for ticket in rows:
                ticket.response_from = ticket.response_from or ticket.waiting_since
                ticket.resolution_from = ticket.resolution_from or ticket.created_at
                waiting.retime(session, ticket)
            after = rows[-1].id if rows else ""
        done += len(rows)
        if len(rows) < BATCH:
            return
        context.progress(done)


def wake(session: Session) -> None:
    """Bring back the tickets whose wait is over, saying why."""
    for ticket_id, why in due.ended_snoozes(session, clock.now()):
        ticket = session.get(Ticket, ticket_id)
        if ticket is not None and ticket.status is TicketStatus.SNOOZED:
            snoozing.unsnooze(session, ticket, by=None, why=why)
        elif ticket is not None:
            snoozing.clear(session, ticket)


def note_broken(session: Session) -> None:
    """Note each promise that was broken, once."""
    for ticket, target, since, due_at in due.broken_promises(session, clock.now()):
        session.add(ServiceOutcome(ticket_id=ticket.id, target=target, since=since, due_at=due_at))
        due_text = due_at.isoformat()
        note_event(session, ticket, "breached", by=None, target=target.value, due=due_text)


def break_silence(session: Session) -> None:
    """Let rules look at tickets whose customer waits for an answer too long."""
    now = clock.now()
    for rule in queries.active(session, Trigger.SILENCE):
        before = now - timedelta(hours=rule.silent_hours)
        for ticket in queries.silent(session, rule, before, BATCH):
            question = replies.question(session, ticket)
            if question is not None:
                obeying.obey_one(session, rule, ticket, question, occasion=question.id)


def _name(part: Callable[[Session], None]) -> str:
    return getattr(part, "__name__", "surveys")
