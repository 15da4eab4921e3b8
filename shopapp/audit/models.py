"""AuditEvent: one line of who did what; AuditOpening: when lines were allowed to go."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from shopapp.columns import Json
from shopapp.db import Base, ref
from shopapp.tenancy import StoreOwned


class AuditEvent(StoreOwned, Base):
    """Append-only. `before` and `after` hold only the values that changed, secrets redacted."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index(None, "store_id", "created_at"),
        Index(None, "store_id", "subject_type", "subject_id"),
    )

    actor_id: Mapped[str | None] = ref("app_user.id", ondelete="SET NULL")
    actor_name: Mapped[str] = mapped_column(default="shopapp")
    action: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[str]
    before: Mapped[dict[str, Any] | None] = mapped_column(Json(dict[str, Any]))
    after: Mapped[dict[str, Any] | None] = mapped_column(Json(dict[str, Any]))
    source: Mapped[str] = mapped_column(default="web")
    request_id: Mapped[str | None]


class AuditOpening(Base):
    """A transaction in which audit lines may be deleted: for whom, why, and how many went.

    No row of a store, so that it outlives one. On PostgreSQL only the tables' owner writes it, in
    `audit_event_open()`; see `shopapp.ops.database.audit_unlocked`.
    """

    __tablename__ = "audit_opening"

    store: Mapped[str | None]
    reason: Mapped[str] = mapped_column(default="")
    opened_by: Mapped[str]
    removed: Mapped[int] = mapped_column(default=0)
    is_open: Mapped[bool] = mapped_column(default=True, index=True)
