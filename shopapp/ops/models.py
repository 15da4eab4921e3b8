"""BackupRun: what became of each backup, and when it was last proved."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from shopapp.db import Base


class BackupRun(Base):
    """One backup that was made, or failed. A platform table: a backup holds every store.

    `size` is in bytes, `restore_seconds` what the last full verification took to restore it.
    """

    __tablename__ = "backup_run"
    __table_args__ = (Index(None, "started_at"), Index(None, "artefact"))

    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    place: Mapped[str]
    artefact: Mapped[str | None]
    size: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None]
    error: Mapped[str | None]
    checked_at: Mapped[datetime | None]
    check_error: Mapped[str | None]
    verified_at: Mapped[datetime | None]
    verify_error: Mapped[str | None]
    restore_seconds: Mapped[float | None]
