"""What a ticket's row says of its messages, told again after messages came or went."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shopapp import clock
from shopapp.db import Session
from shopapp.inbox.actions import drafting, waiting
from shopapp.inbox.actions.ticketing import PREVIEW
from shopapp.inbox.models import AuthorType, Direction, Ticket, TicketMessage, TicketStatus
from shopapp.inbox.queries import replies
from shopapp.inbox.queries.families import said


def settle(session: Session, *tickets: Ticket) -> None:
    """The rows tell what they hold now; a draft for what they held makes room for a new one."""
    for each in tickets:
        each.updated_at = clock.now()
        retell(session, each)
        if each.merged_into_id is not None:
            continue
        drafting.give_up(session, each)
        question = replies.question(session, each)
        if question is not None and each.waiting_since and each.status is TicketStatus.OPEN:
            drafting.ask_for_draft(session, each, question)


def retell(session: Session, ticket: Ticket) -> None:
    """Set the ticket's last moment, preview, since when its customer waits, and what is due."""
    rows = [row for row in said(session, ticket.id) if not row.is_internal_note]
    if not rows:
        return
    ticket.last_message_at = max(row.sent_at for row in rows)
    ticket.preview = " ".join(rows[-1].visible_text.split())[:PREVIEW]
    ours = (row.sent_at for row in rows if row.direction is Direction.OUT)
    ticket.last_replied_at = max(ours, default=None)
    since = _unanswered(rows)
    if since != ticket.waiting_since:
        ticket.waiting_since = ticket.response_from = since
    waiting.retime(session, ticket)
    session.flush()


def _unanswered(rows: Sequence[TicketMessage]) -> datetime | None:
    """When the customer wrote first after our last reply; None when nobody waits."""
    since: datetime | None = None
    for row in rows:
        if row.direction is Direction.OUT:
            since = None
        elif row.author_type is AuthorType.CUSTOMER:
            since = since or row.sent_at
    return since
