"""KpiCache: a computed key figure with its range and the moment it goes stale."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopapp.columns import Json
from shopapp.db import Base
from shopapp.tenancy import StoreOwned


class KpiCache(StoreOwned, Base):
    """One figure of one range of days (both ends included, in the store's time zone)."""

    __tablename__ = "kpi_cache"
    __table_args__ = (UniqueConstraint("store_id", "metric_key", "range_start", "range_end"),)

    metric_key: Mapped[str]
    range_start: Mapped[date]
    range_end: Mapped[date]
    payload: Mapped[dict[str, Any]] = mapped_column(Json(dict[str, Any]))
    source: Mapped[str]
    refreshed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
