"""DraftExport: a file of training data that somebody asked for, and what became of it."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopapp.accounts.models import User
from shopapp.columns import Json, choice
from shopapp.db import Base, ref
from shopapp.tenancy import StoreOwned

KEPT_DAYS = 14
"""How long an export stays, unless the store says otherwise (Settings, Retention)."""


class ExportState(enum.StrEnum):
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class DraftExport(StoreOwned, Base):
    """`file` is the sha256 of the zip among the store's files; None before it is made, and after
    it was removed because a customer was forgotten. `counts` are rows by kind of dataset.
    """

    __tablename__ = "draft_export"
    __table_args__ = (Index(None, "store_id", "created_at", "id"),)

    filters: Mapped[dict[str, Any]] = mapped_column(Json(dict[str, Any]), default=dict)
    state: Mapped[ExportState] = mapped_column(
        choice(ExportState, "state"), default=ExportState.WORKING
    )
    counts: Mapped[dict[str, int]] = mapped_column(Json(dict[str, int]), default=dict)
    manifest: Mapped[dict[str, Any] | None] = mapped_column(Json(dict[str, Any]), deferred=True)
    file: Mapped[str | None]
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    error: Mapped[str | None]
    job_id: Mapped[str | None] = ref("job.id", ondelete="SET NULL")
    requested_by_id: Mapped[str | None] = ref("app_user.id", ondelete="SET NULL")
    finished_at: Mapped[datetime | None]

    requested_by: Mapped[User | None] = relationship(lazy="raise")
