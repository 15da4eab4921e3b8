"""What happened in a ticket that somebody who is about to send has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select

from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.inbox.models import Ticket, TicketEvent, TicketMessage
from shopapp.inbox.queries import replies
from shopapp.inbox.queries.families import family

# what a colleague does that changes whether, or what, one would still answer
TELLING = {
    "assigned": "gave the ticket to somebody",
    "closed": "closed the ticket",
    "reopened": "reopened the ticket",
    "approved": "sent a reply",
    "merged": "merged another ticket into this one",
    "unmerged": "took a merge back",
    "split": "split messages off",
    "moved": "moved messages away",
    "moved here": "moved messages here",
    "split undone": "took a split back",
    "moved undone": "took messages back",
    "snoozed": "snoozed the ticket",
}
_LENGTH = 240


def unseen(session: Session, ticket: Ticket, seen: str, by: User) -> list[str]:
    """One line for each message, note and deed of others that `seen` does not know.

    `seen` is Conversation.last_seen: "<message id>:<event id>", the newest of each on the page.
    """
    message, _, event = seen.partition(":")
    lines = [
        f"{row.author_name or row.author_email} {'noted' if row.is_internal_note else 'wrote'}: "
        f"“{' '.join(row.visible_text.split())[:_LENGTH]}”"
        for row in replies.newer_than(session, ticket, message)
    ]
    mark = _moment(session, event, message)
    return lines + [
        f"{row.actor_name} {TELLING[row.kind]}." for row in _deeds(session, ticket, mark, event, by)
    ]


def _moment(session: Session, event: str, message: str) -> datetime | None:
    known = select(TicketEvent.created_at).where(TicketEvent.id == event)
    if event and (moment := session.scalar(known)) is not None:
        return moment
    return session.scalar(select(TicketMessage.created_at).where(TicketMessage.id == message))


def _deeds(
    session: Session, ticket: Ticket, mark: datetime | None, event: str, by: User
) -> Sequence[TicketEvent]:
    if mark is None:
        return []
    return session.scalars(
        select(TicketEvent)
        .where(
            TicketEvent.ticket_id.in_(family(ticket.id)),
            TicketEvent.kind.in_(TELLING),
            TicketEvent.actor_id != by.id,
            or_(
                TicketEvent.created_at > mark,
                (TicketEvent.created_at == mark) & (TicketEvent.id > event),
            ),
        )
        .order_by(TicketEvent.created_at, TicketEvent.id)
    ).all()
