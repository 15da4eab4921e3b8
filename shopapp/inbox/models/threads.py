"""What joins and parts tickets: moves that can be undone, people added, twins denied, who looks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopapp.db import Base, ref
from shopapp.tenancy import StoreOwned


class MessageMove(StoreOwned, Base):
    """One message that a split or a move (`event_id`) put elsewhere: what is needed to undo it."""

    __tablename__ = "message_move"
    __table_args__ = (UniqueConstraint("store_id", "event_id", "message_id"),)

    event_id: Mapped[str] = ref("ticket_event.id")
    message_id: Mapped[str] = ref("ticket_message.id")
    from_ticket_id: Mapped[str] = ref("ticket.id")
    former_reason: Mapped[str] = mapped_column(default="")


class TicketParticipant(StoreOwned, Base):
    """An address (lower case) somebody added to a ticket: mail from it may join."""

    __tablename__ = "ticket_participant"
    __table_args__ = (UniqueConstraint("store_id", "ticket_id", "address"),)

    ticket_id: Mapped[str] = ref("ticket.id")
    address: Mapped[str]


class DistinctTickets(StoreOwned, Base):
    """Two tickets of which somebody said that they do not belong together."""

    __tablename__ = "distinct_tickets"
    __table_args__ = (UniqueConstraint("store_id", "ticket_id", "other_id"),)

    ticket_id: Mapped[str] = ref("ticket.id")
    other_id: Mapped[str] = ref("ticket.id")


class TicketPresence(StoreOwned, Base):
    """When somebody last had a ticket open, and last wrote in it. Stale after half a minute."""

    __tablename__ = "ticket_presence"
    __table_args__ = (UniqueConstraint("store_id", "ticket_id", "user_id"),)

    ticket_id: Mapped[str] = ref("ticket.id")
    user_id: Mapped[str | None] = ref("app_user.id")
    seen_at: Mapped[datetime]
    replying_at: Mapped[datetime | None]
