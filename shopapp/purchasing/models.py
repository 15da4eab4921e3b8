"""Vendor and its articles, PurchaseOrder and its lines: what is bought, from whom, and why."""

from __future__ import annotations

import enum
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopapp.columns import choice
from shopapp.db import Base, Versioned, ref
from shopapp.tenancy import StoreOwned


class PurchaseOrderStatus(enum.StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    SENT = "sent"
    PARTIALLY_RECEIVED = "partially_received"
    RECEIVED = "received"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Vendor(StoreOwned, Versioned, Base):
    """Whom the store buys from; lead times are in days, the minimum in the vendor's currency."""

    __tablename__ = "vendor"
    __table_args__ = (UniqueConstraint("store_id", "name"),)

    name: Mapped[str]
    email: Mapped[str | None]
    currency: Mapped[str]
    lead_time_mean: Mapped[float | None]
    lead_time_sd: Mapped[float | None]
    order_minimum: Mapped[Decimal | None]
    terms: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")


class VendorItem(StoreOwned, Versioned, Base):
    """What a vendor asks for one variant: cost in the vendor's currency, minimum and pack size."""

    __tablename__ = "vendor_item"
    __table_args__ = (UniqueConstraint("store_id", "vendor_id", "variant_id"),)

    vendor_id: Mapped[str] = ref("vendor.id")
    variant_id: Mapped[str] = ref("variant.id")
    vendor_sku: Mapped[str | None]
    cost: Mapped[Decimal | None]
    minimum_quantity: Mapped[int | None]
    pack_size: Mapped[int | None]
    lead_time_days: Mapped[float | None]


class PurchaseOrderSeries(StoreOwned, Base):
    """The last number given in a year; raised in the transaction that gives it, so without gaps."""

    __tablename__ = "purchase_order_series"
    __table_args__ = (UniqueConstraint("store_id", "year"),)

    year: Mapped[int]
    last: Mapped[int] = mapped_column(default=0)


class PurchaseOrder(StoreOwned, Versioned, Base):
    """An order to a vendor. `number` is given on leaving draft; `submitted_at` is when it was sent.

    `origin_day` marks a proposal, which planning may rewrite until `is_touched` by a person.
    """

    __tablename__ = "purchase_order"
    __table_args__ = (
        UniqueConstraint("store_id", "number"),
        UniqueConstraint("store_id", "location_id", "vendor_id", "origin_day"),
        Index(None, "store_id", "status", "created_at"),
    )

    location_id: Mapped[str] = ref("location.id", ondelete="RESTRICT")
    vendor_id: Mapped[str] = ref("vendor.id", ondelete="RESTRICT")
    number: Mapped[str | None]
    status: Mapped[PurchaseOrderStatus] = mapped_column(
        choice(PurchaseOrderStatus, "status"), default=PurchaseOrderStatus.DRAFT
    )
    currency: Mapped[str]
    expected_at: Mapped[date | None]
    created_by_id: Mapped[str | None] = ref("app_user.id", ondelete="SET NULL")
    approved_by_id: Mapped[str | None] = ref("app_user.id", ondelete="SET NULL")
    approved_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    shipping: Mapped[Decimal] = mapped_column(default=Decimal(0))
    notes: Mapped[str] = mapped_column(default="")
    origin_day: Mapped[date | None]
    is_touched: Mapped[bool] = mapped_column(default=False, server_default=false())
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]

    vendor: Mapped[Vendor] = relationship(lazy="raise")
    lines: Mapped[list[PurchaseOrderLine]] = relationship(
        lazy="raise", back_populates="purchase_order", order_by="PurchaseOrderLine.position"
    )


class PurchaseOrderLine(StoreOwned, Base):
    """One article on a purchase order; `recommended_quantity` is what planning asked for."""

    __tablename__ = "purchase_order_line"
    __table_args__ = (
        UniqueConstraint("store_id", "purchase_order_id", "position"),
        CheckConstraint("quantity >= 0", name="quantity"),
    )

    purchase_order_id: Mapped[str] = ref("purchase_order.id")
    variant_id: Mapped[str | None] = ref("variant.id", ondelete="SET NULL")
    position: Mapped[int]
    sku: Mapped[str | None]
    vendor_sku: Mapped[str | None]
    title: Mapped[str]
    quantity: Mapped[int]
    recommended_quantity: Mapped[int | None]
    unit_cost: Mapped[Decimal]
    received: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(default="")

    purchase_order: Mapped[PurchaseOrder] = relationship(lazy="raise", back_populates="lines")
