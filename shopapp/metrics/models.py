"""DailySales: what a variant sold on a day. KpiCache: a figure and the moment it goes stale."""

from __future__ import annotations

import enum
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopapp.columns import Json, choice
from shopapp.db import Base, ref
from shopapp.tenancy import StoreOwned


class SalesSource(enum.StrEnum):
    """Where a day's sales are known from; orders have the last word."""

    ORDERS = "orders"
    IMPORT = "import"


class DailySales(StoreOwned, Base):
    """A variant's sales on one day of the store's time zone, in its currency; sparse."""

    __tablename__ = "daily_sales"
    __table_args__ = (
        UniqueConstraint("store_id", "variant_id", "day"),
        Index(None, "store_id", "day"),
    )

    variant_id: Mapped[str] = ref("variant.id")
    day: Mapped[date]
    units: Mapped[int]
    gross: Mapped[Decimal]
    discounts: Mapped[Decimal] = mapped_column(default=Decimal(0))
    returns: Mapped[Decimal] = mapped_column(default=Decimal(0))
    net: Mapped[Decimal]
    source: Mapped[SalesSource] = mapped_column(choice(SalesSource, "source"))


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
