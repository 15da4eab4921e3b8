"""FileImportChange: what an import did to one row, kept so that it can be undone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopapp.columns import Json
from shopapp.db import Base, ref
from shopapp.tenancy import StoreOwned


class FileImportChange(StoreOwned, Base):
    """A row that a file made (`before` is None) or changed; they go when the import is undone.

    `left_as` is a hash of the row as the import left it; by it one that was changed since is known.
    """

    __tablename__ = "file_import_change"
    __table_args__ = (UniqueConstraint("store_id", "file_import_id", "row_id"),)

    file_import_id: Mapped[str] = ref("file_import.id")
    row_id: Mapped[str]
    before: Mapped[dict[str, Any] | None] = mapped_column(Json(dict[str, str | None]))
    left_as: Mapped[str]
