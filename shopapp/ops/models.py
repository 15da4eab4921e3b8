"""BackupRun and PrivacyRequest: what became of each backup, and what was given out or removed."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from shopapp.columns import Json, choice
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


class RequestKind(enum.StrEnum):
    EXPORT = "export"
    REDACT_CUSTOMER = "redact_customer"
    REDACT_STORE = "redact_store"


class PrivacyRequest(Base):
    """The proof that outlives what it is about. A platform table: a store's own goes with it.

    `subject` holds hashes of the identifiers, which recognise somebody again (after a restore) and
    name nobody. `counts` says how many rows of each table, and how many files, were concerned.
    """

    __tablename__ = "privacy_request"
    __table_args__ = (Index(None, "store_id", "created_at"),)

    kind: Mapped[RequestKind] = mapped_column(choice(RequestKind, "kind"))
    store_id: Mapped[str]
    subject: Mapped[list[str]] = mapped_column(Json(list[str]), default=list)
    counts: Mapped[dict[str, int]] = mapped_column(Json(dict[str, int]), default=dict)
    requested_by: Mapped[str]
    source: Mapped[str] = mapped_column(default="web")

    @property
    def total(self) -> int:
        """Rows and files together."""
        return sum(self.counts.values())
