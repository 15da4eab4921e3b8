"""FileImport: a file somebody gave us, what is in it, and what became of it."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopapp.accounts.models import User
from shopapp.columns import Json, choice
from shopapp.db import Base, Versioned, ref
from shopapp.imports import change_models  # noqa: F401 - its table is part of the schema
from shopapp.tenancy import StoreOwned


class ImportState(enum.StrEnum):
    """`checked` waits for a person's word; only `done` has changed anything."""

    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class FileImport(StoreOwned, Versioned, Base):
    """A file with its kind; the bytes are kept packed (zlib) until the import is over.

    `counts` says what the file would do or did ("new products": 12), `problems` names the refused
    rows as {"line": 7, "column": "Price", "message": "…"}, `sample` holds the first rows as read.
    What was brought at the terminal has nobody in `imported_by`.
    """

    __tablename__ = "file_import"
    __table_args__ = (Index(None, "store_id", "created_at", "id"),)

    kind: Mapped[str]
    filename: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    content: Mapped[bytes | None] = mapped_column(deferred=True)
    options: Mapped[dict[str, str]] = mapped_column(Json(dict[str, str]), default=dict)
    state: Mapped[ImportState] = mapped_column(
        choice(ImportState, "state"), default=ImportState.CHECKING
    )
    rows_total: Mapped[int] = mapped_column(default=0)
    rows_refused: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, int]] = mapped_column(Json(dict[str, int]), default=dict)
    problems: Mapped[list[dict[str, Any]]] = mapped_column(
        Json(list[dict[str, Any]]), default=list, deferred=True
    )
    sample: Mapped[list[list[str]]] = mapped_column(
        Json(list[list[str]]), default=list, deferred=True
    )
    error: Mapped[str | None]
    job_id: Mapped[str | None] = ref("job.id", ondelete="SET NULL")
    imported_by_id: Mapped[str | None] = ref("app_user.id", ondelete="SET NULL")
    finished_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[str | None] = ref("app_user.id", ondelete="SET NULL")

    imported_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[imported_by_id])
    undone_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[undone_by_id])
