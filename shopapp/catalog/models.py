"""The mirror of Shopify: locations, products, variants, stock, customers, orders, fulfilments."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopapp.columns import Json
from shopapp.db import Base, ref
from shopapp.tenancy import StoreOwned


class Location(StoreOwned, Base):
    """A place that holds stock; `is_all` marks the row that stands for all of them together."""

    __tablename__ = "location"
    __table_args__ = (UniqueConstraint("store_id", "shopify_id"),)

    shopify_id: Mapped[str]
    name: Mapped[str]
    is_all: Mapped[bool] = mapped_column(default=False)


class Product(StoreOwned, Base):
    """A product with its search fields; `status` is Shopify's open string."""

    __tablename__ = "product"
    __table_args__ = (
        UniqueConstraint("store_id", "shopify_id"),
        Index(None, "store_id", "handle"),
    )

    shopify_id: Mapped[str]
    handle: Mapped[str]
    title: Mapped[str]
    vendor_name: Mapped[str | None]
    product_type: Mapped[str | None]
    status: Mapped[str] = mapped_column(default="active")
    tags: Mapped[list[str] | None] = mapped_column(Json(list[str]))
    body_html: Mapped[str | None] = mapped_column(deferred=True)
    seo_title: Mapped[str | None]
    seo_description: Mapped[str | None]
    image_url: Mapped[str | None]


class Variant(StoreOwned, Base):
    """A sellable variant: prices are in the store's currency, weight in grams."""

    __tablename__ = "variant"
    __table_args__ = (
        UniqueConstraint("store_id", "shopify_id"),
        Index(None, "store_id", "sku"),
    )

    product_id: Mapped[str] = ref("product.id")
    shopify_id: Mapped[str]
    title: Mapped[str]
    sku: Mapped[str | None]
    barcode: Mapped[str | None]
    price: Mapped[Decimal | None]
    compare_at_price: Mapped[Decimal | None]
    cost: Mapped[Decimal | None]
    inventory_item_id: Mapped[str | None]
    inventory_policy: Mapped[str] = mapped_column(default="deny")
    weight_grams: Mapped[int | None]

    product: Mapped[Product] = relationship(lazy="raise")


class InventoryLevel(StoreOwned, Base):
    """A variant's units at one location (or all of them) as of a moment."""

    __tablename__ = "inventory_level"
    __table_args__ = (UniqueConstraint("store_id", "location_id", "variant_id"),)

    location_id: Mapped[str] = ref("location.id")
    variant_id: Mapped[str] = ref("variant.id")
    available: Mapped[int]
    on_hand: Mapped[int | None]
    committed: Mapped[int | None]
    incoming: Mapped[int | None]
    as_of: Mapped[datetime]


class Customer(StoreOwned, Base):
    """A customer; money is in the store's currency, `email` is lower case."""

    __tablename__ = "customer"
    __table_args__ = (
        UniqueConstraint("store_id", "shopify_id"),
        Index(None, "store_id", "email"),
    )

    shopify_id: Mapped[str | None]
    email: Mapped[str | None]
    first_name: Mapped[str] = mapped_column(default="")
    last_name: Mapped[str] = mapped_column(default="")
    phone: Mapped[str | None]
    note: Mapped[str | None]
    tags: Mapped[list[str]] = mapped_column(Json(list[str]), default=list)
    order_count: Mapped[int] = mapped_column(default=0)
    lifetime_value: Mapped[Decimal] = mapped_column(default=Decimal(0))

    @property
    def name(self) -> str:
        """First and last name, else the address, else 'Unknown customer'."""
        full = f"{self.first_name} {self.last_name}".strip()
        return full or self.email or "Unknown customer"


class Order(StoreOwned, Base):
    """A mirrored order; financial and fulfilment states are Shopify's open strings."""

    __tablename__ = "sales_order"
    __table_args__ = (
        UniqueConstraint("store_id", "shopify_id"),
        Index(None, "store_id", "placed_at"),
        Index(None, "store_id", "name"),
        Index(None, "store_id", "email"),
        Index(None, "store_id", "fulfillment_status", "placed_at"),
    )

    shopify_id: Mapped[str]
    name: Mapped[str]
    customer_id: Mapped[str | None] = ref("customer.id", ondelete="SET NULL")
    email: Mapped[str | None]
    placed_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    currency: Mapped[str]
    subtotal: Mapped[Decimal | None]
    shipping: Mapped[Decimal | None]
    tax: Mapped[Decimal | None]
    discount: Mapped[Decimal | None]
    refunded: Mapped[Decimal | None]
    total: Mapped[Decimal]
    financial_status: Mapped[str] = mapped_column(default="pending")
    fulfillment_status: Mapped[str] = mapped_column(default="unfulfilled")
    fulfilled_at: Mapped[datetime | None]
    risk_level: Mapped[str | None]
    tags: Mapped[list[str] | None] = mapped_column(Json(list[str]))
    note: Mapped[str | None]
    shipping_name: Mapped[str | None]
    shipping_city: Mapped[str | None]
    shipping_country: Mapped[str | None]
    synced_at: Mapped[datetime]

    customer: Mapped[Customer | None] = relationship(lazy="raise")
    lines: Mapped[list[OrderLine]] = relationship(
        lazy="raise", back_populates="order", order_by="OrderLine.position"
    )
    fulfillments: Mapped[list[Fulfillment]] = relationship(
        lazy="raise", back_populates="order", order_by="Fulfillment.shipped_at"
    )


class OrderLine(StoreOwned, Base):
    """One line of an order; `price` is per unit, `discount` for the whole line."""

    __tablename__ = "order_line"
    __table_args__ = (
        UniqueConstraint("store_id", "shopify_id"),
        Index(None, "store_id", "sku"),
    )

    order_id: Mapped[str] = ref("sales_order.id")
    variant_id: Mapped[str | None] = ref("variant.id", ondelete="SET NULL")
    shopify_id: Mapped[str]
    position: Mapped[int]
    title: Mapped[str]
    sku: Mapped[str | None]
    quantity: Mapped[int]
    price: Mapped[Decimal]
    discount: Mapped[Decimal] = mapped_column(default=Decimal(0))

    order: Mapped[Order] = relationship(lazy="raise", back_populates="lines")


class Fulfillment(StoreOwned, Base):
    """A parcel on its way."""

    __tablename__ = "fulfillment"
    __table_args__ = (UniqueConstraint("store_id", "shopify_id"),)

    order_id: Mapped[str] = ref("sales_order.id")
    shopify_id: Mapped[str]
    status: Mapped[str] = mapped_column(default="success")
    shipment_status: Mapped[str | None]
    carrier: Mapped[str | None]
    tracking_number: Mapped[str | None]
    tracking_url: Mapped[str | None]
    shipped_at: Mapped[datetime]
    estimated_delivery: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]

    order: Mapped[Order] = relationship(lazy="raise", back_populates="fulfillments")
