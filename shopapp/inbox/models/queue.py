"""What the list keeps: views people saved, what was done to many at once, what each has read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopapp.columns import Json
from shopapp.db import Base, ref
from shopapp.tenancy import StoreOwned


class SavedView(StoreOwned, Base):
    """A list people come back to: its query string under a name; without owner, everybody's."""

    __tablename__ = "saved_view"
    __table_args__ = (Index(None, "store_id", "position"),)

    name: Mapped[str]
    query: Mapped[str]
    position: Mapped[int]
    owner_id: Mapped[str | None] = ref("app_user.id")


class BulkChange(StoreOwned, Base):
    """What was done to several tickets at once: for each what it was and what it became."""

    __tablename__ = "bulk_change"
    __table_args__ = (Index(None, "store_id", "created_at"),)

    by_id: Mapped[str | None] = ref("app_user.id", ondelete="SET NULL")
    verb: Mapped[str]
    tickets: Mapped[dict[str, Any]] = mapped_column(Json(dict[str, list[dict[str, Any]]]))
    undone_at: Mapped[datetime | None]


class TicketRead(StoreOwned, Base):
    """Until when an agent has read a ticket."""

    __tablename__ = "ticket_read"
    __table_args__ = (UniqueConstraint("store_id", "user_id", "ticket_id"),)

    user_id: Mapped[str] = ref("app_user.id")
    ticket_id: Mapped[str] = ref("ticket.id")
    seen_at: Mapped[datetime]
