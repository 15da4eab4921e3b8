"""DomainCheck: what the domain of a mailbox says about its mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopapp.columns import Json
from shopapp.db import Base, ref
from shopapp.tenancy import StoreOwned


class DomainCheck(StoreOwned, Base):
    """What the domain of a mailbox said last about its mail; `findings` are dns.shapes.Finding.

    `selector` is a DKIM selector somebody typed, None where the usual ones are tried.
    """

    __tablename__ = "domain_check"
    __table_args__ = (UniqueConstraint("store_id", "mailbox_id"),)

    mailbox_id: Mapped[str] = ref("mailbox.id")
    domain: Mapped[str]
    selector: Mapped[str | None]
    findings: Mapped[list[dict[str, Any]]] = mapped_column(Json(list[dict[str, str]]), default=list)
    checked_at: Mapped[datetime | None]
