"""Tickets and what was merged into them, at any depth."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import CTE, Select, select
from sqlalchemy.orm import aliased

from shopapp.db import Session
from shopapp.inbox.models import DeliveryState, Ticket, TicketMessage

IN_WRITING = (
    DeliveryState.DRAFT,
    DeliveryState.QUEUED,
    DeliveryState.SENDING,
    DeliveryState.DISCARDED,
)
_MERGED = aliased(Ticket)


def families(ticket_ids: Collection[str]) -> CTE:
    """(id, root): each of the tickets as its own root, and whatever was merged into it."""
    found = select(Ticket.id, Ticket.id.label("root")).where(Ticket.id.in_(ticket_ids))
    whole = found.cte("families", recursive=True)
    merged = select(_MERGED.id, whole.c.root).where(_MERGED.merged_into_id == whole.c.id)
    return whole.union(merged)


def family(ticket_id: str) -> Select[str]:
    """The ids of the ticket and of whatever was merged into it: for `in_`."""
    return select(families([ticket_id]).c.id)


def roots(session: Session, ticket_ids: Collection[str]) -> dict[str, str]:
    """For each ticket that exists: where its merges lead, at most a statement for each step."""
    ends: dict[str, str] = {}
    ahead = {ticket_id: ticket_id for ticket_id in ticket_ids}
    seen: set[str] = set()
    while ahead:
        rows = session.execute(
            select(Ticket.id, Ticket.merged_into_id).where(Ticket.id.in_(set(ahead.values())))
        )
        now = dict(rows.all())
        ends |= {start: here for start, here in ahead.items() if here in now and not now[here]}
        seen |= set(now)
        steps = {start: now.get(here) for start, here in ahead.items()}
        ahead = {start: here for start, here in steps.items() if here and here not in seen}
    return ends


def said(session: Session, ticket_id: str) -> Sequence[TicketMessage]:
    """The family's messages and notes, oldest first, without replies in writing or on their way."""
    return session.scalars(
        select(TicketMessage)
        .where(
            TicketMessage.ticket_id.in_(family(ticket_id)),
            TicketMessage.delivery_state.not_in(IN_WRITING),
        )
        .order_by(TicketMessage.sent_at, TicketMessage.id)
    ).all()


def customer_wrote_after(session: Session, ticket: Ticket, moment: datetime) -> bool:
    """Whether a customer's message in the family is younger than `moment`."""
    found = select(TicketMessage.id).where(
        TicketMessage.ticket_id.in_(family(ticket.id)),
        TicketMessage.author_type == "customer",
        TicketMessage.delivery_state == DeliveryState.RECEIVED,
        TicketMessage.sent_at > moment,
    )
    return session.scalar(found.limit(1)) is not None
