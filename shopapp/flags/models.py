"""OrderFlag: an order that needs a person, with the evidence."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopapp.accounts.models import User
from shopapp.catalog.models import Order
from shopapp.columns import Json, choice
from shopapp.db import Base, Versioned, ref, unique_where
from shopapp.tenancy import StoreOwned


class FlagStatus(enum.StrEnum):
    OPEN = "open"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"


class FlagSeverity(enum.StrEnum):
    CRITICAL = "critical"
    WARNING = "warning"
    NOTICE = "notice"


class OrderFlag(StoreOwned, Versioned, Base):
    """At most one live flag of a type on an order; a rule's has no `raised_by_id`."""

    __tablename__ = "order_flag"
    __table_args__ = (Index(None, "store_id", "status", "created_at"),)

    shopify_order_id: Mapped[str]
    order_id: Mapped[str | None] = ref("sales_order.id", ondelete="SET NULL")
    flag_type: Mapped[str]
    status: Mapped[FlagStatus] = mapped_column(
        choice(FlagStatus, "status"), default=FlagStatus.OPEN
    )
    severity: Mapped[FlagSeverity] = mapped_column(choice(FlagSeverity, "severity"))
    evidence: Mapped[dict[str, Any]] = mapped_column(Json(dict[str, Any]), default=dict)
    notes: Mapped[str] = mapped_column(default="")
    resolution_notes: Mapped[str] = mapped_column(default="")
    resolved_by_id: Mapped[str | None] = ref("app_user.id", ondelete="SET NULL")
    resolved_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]
    assignee_id: Mapped[str | None] = ref("app_user.id", ondelete="SET NULL")
    raised_by_id: Mapped[str | None] = ref("app_user.id", ondelete="SET NULL")
    ticket_id: Mapped[str | None] = ref("ticket.id", ondelete="SET NULL")

    order: Mapped[Order | None] = relationship(lazy="raise")
    assignee: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[assignee_id])


unique_where(
    "uq_order_flag_live",
    OrderFlag.store_id,
    OrderFlag.shopify_order_id,
    OrderFlag.flag_type,
    where=OrderFlag.status.in_([FlagStatus.OPEN, FlagStatus.SNOOZED]),
)
