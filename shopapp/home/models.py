"""Postponement: a decision somebody wants to see later."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from shopapp.db import Base, ref
from shopapp.tenancy import StoreOwned


class Postponement(StoreOwned, Base):
    """`decision` ("ticket:c0…") stays off Today until `until`."""

    __tablename__ = "postponement"
    __table_args__ = (UniqueConstraint("store_id", "decision"),)

    decision: Mapped[str]
    until: Mapped[datetime]
    postponed_by_id: Mapped[str | None] = ref("app_user.id", ondelete="SET NULL")
