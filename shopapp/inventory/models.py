"""Daily snapshots of stock, and ProductVelocity: when a variant runs out."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopapp.columns import Json
from shopapp.db import Base, ref
from shopapp.tenancy import StoreOwned


class StockSnapshot(StoreOwned, Base):
    """The most units available on a day of the store's time zone: a history Shopify lacks."""

    __tablename__ = "stock_snapshot"
    __table_args__ = (UniqueConstraint("store_id", "location_id", "variant_id", "day"),)

    location_id: Mapped[str] = ref("location.id")
    variant_id: Mapped[str] = ref("variant.id")
    day: Mapped[date]
    available: Mapped[int]


class ProductVelocity(StoreOwned, Base):
    """One variant at one location on one day over one window. Rates are units a day."""

    __tablename__ = "product_velocity"
    __table_args__ = (
        UniqueConstraint(
            "store_id",
            "location_id",
            "variant_id",
            "recorded_for",
            "window_days",
            name="uq_product_velocity_window",
        ),
        Index(None, "store_id", "recorded_for", "days_of_cover"),
    )

    location_id: Mapped[str] = ref("location.id")
    variant_id: Mapped[str] = ref("variant.id")
    sku: Mapped[str | None]
    recorded_for: Mapped[date]
    window_days: Mapped[int]
    average_daily_sales: Mapped[float]
    demand_sd: Mapped[float | None]
    in_stock_days: Mapped[int | None]
    current_inventory: Mapped[int]
    incoming: Mapped[int] = mapped_column(default=0)
    days_of_cover: Mapped[float | None]
    projected_stockout_date: Mapped[date | None]
    stockout_low: Mapped[date | None]
    stockout_high: Mapped[date | None]
    reorder_point: Mapped[int | None]
    safety_stock: Mapped[int | None]
    recommended_reorder_quantity: Mapped[int] = mapped_column(default=0)
    method: Mapped[str]
    reasons: Mapped[list[str]] = mapped_column(Json(list[str]), default=list)
