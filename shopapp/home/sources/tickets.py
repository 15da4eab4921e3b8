"""Tickets that wait for us: a draft to approve, a reply to write, a delivery nobody knows of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.orm import joinedload

from shopapp.catalog.models import Order
from shopapp.db import Session
from shopapp.home.ranking import Decision, Kind, ticket_chance
from shopapp.home.standing import Standing, lasted
from shopapp.inbox.models import DeliveryState, Direction, Ticket, TicketMessage, TicketStatus

_MONEY_BACK = re.compile(
    r"refund|money back|charge ?back|dispute|reimburs|compensat|"
    r"erstatt|geld zurück|rückbuch|widerruf|rembours|reembols|rimbors",
    re.IGNORECASE,
)
_LEAVING = (DeliveryState.QUEUED, DeliveryState.SENDING)


def decisions(session: Session, standing: Standing, most: int) -> Iterator[Decision]:
    """Open tickets whose reply is not on its way, with the order they are about."""
    last_reply = (
        select(TicketMessage.delivery_state)
        .where(
            TicketMessage.ticket_id == Ticket.id,
            TicketMessage.direction == Direction.OUT,
            TicketMessage.delivery_state.not_in((DeliveryState.NOTE, DeliveryState.DISCARDED)),
        )
        .order_by(TicketMessage.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    leaving = select(TicketMessage.id).where(
        TicketMessage.ticket_id == Ticket.id, TicketMessage.delivery_state.in_(_LEAVING)
    )
    rows = session.execute(
        select(Ticket, Order.name, Order.total, last_reply.label("reply"))
        .outerjoin(Order, Order.shopify_id == Ticket.shopify_order_id)
        .options(joinedload(Ticket.assignee))
        .where(
            Ticket.status == TicketStatus.OPEN,
            Ticket.merged_into_id.is_(None),
            ~leaving.exists(),
        )
        .order_by(case((Ticket.draft_ready, 0), else_=1), Ticket.last_message_at, Ticket.id)
        .limit(most)
    )
    return (_decision(row, standing) for row in rows)


def _decision(row: Any, standing: Standing) -> Decision:
    ticket: Ticket = row.Ticket
    hours = standing.days_since(ticket.last_message_at) * 24
    asks = _MONEY_BACK.search(f"{ticket.subject} {ticket.preview}") is not None
    is_unknown = row.reply is DeliveryState.UNKNOWN
    return Decision(
        key=f"{Kind.TICKET}:{ticket.id}",
        kind=Kind.TICKET,
        title=f"{ticket.customer_name}: {ticket.subject}",
        why=_why(row, hours, standing, asks=asks),
        proposal=_proposal(ticket, is_unknown=is_unknown),
        verb="Review draft" if ticket.draft_ready else "Settle" if is_unknown else "Write reply",
        stake=row.total or standing.average_order,
        chance=ticket_chance(
            standing.weights,
            hours=hours,
            overdue_hours=standing.overdue_hours,
            asks_for_money=asks,
        ),
        minutes=_minutes(ticket, standing),
        since=ticket.last_message_at,
        about=ticket.shopify_order_id or "",
        assignee=_name(ticket),
        changed_at=ticket.last_message_at,
        is_done_here=ticket.draft_ready,
    )


def _why(row: Any, hours: float, standing: Standing, *, asks: bool) -> str:
    said = [f"Waits for {lasted(hours)}"]
    if hours > standing.overdue_hours:
        said[0] = f"Overdue: waits for {lasted(hours)}"
    if asks:
        said.append("asks for money back")
    if row.reply is DeliveryState.UNKNOWN:
        said.append("nobody knows whether your reply arrived")
    if row.name:
        said.append(f"order {row.name}")
    return ", ".join(said)


def _proposal(ticket: Ticket, *, is_unknown: bool) -> str:
    if is_unknown:
        return "Say what became of the reply"
    return "Approve the draft reply" if ticket.draft_ready else "Write a reply"


def _minutes(ticket: Ticket, standing: Standing) -> int:
    weights = standing.weights
    if ticket.draft_ready:
        return standing.minutes(Kind.TICKET, weights.draft_minutes)
    return max(weights.write_minutes, standing.minutes(Kind.TICKET, 0))


def _name(ticket: Ticket) -> str:
    return (ticket.assignee.name or ticket.assignee.email) if ticket.assignee else ""
