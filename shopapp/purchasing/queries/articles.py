"""What can be bought: variants with what a vendor asks for them and what measuring says."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Row, Select, case, func, or_, select

from shopapp.catalog.models import Product, Variant
from shopapp.db import Session
from shopapp.inventory.models import ProductVelocity
from shopapp.purchasing.models import PurchaseOrder, PurchaseOrderLine, VendorItem
from shopapp.purchasing.models import PurchaseOrderStatus as S
from shopapp.purchasing.planning import Need, vendor_name

_PLAIN = "Default Title"  # Shopify's name for the only variant of a product


@dataclass(frozen=True, slots=True)
class Article:
    """A variant as an order line calls it; `cost` is in the store's currency."""

    variant_id: str
    sku: str
    title: str
    vendor: str
    cost: Decimal | None


def articles(session: Session, variants: Collection[str]) -> Mapping[str, Article]:
    """The articles with these variant ids; other stores' are not among them."""
    rows = session.execute(_articles().where(Variant.id.in_(tuple(variants))))
    return {each.variant_id: each for each in (_article(row) for row in rows)}


def matches(session: Session, words: str, vendor: str, limit: int = 8) -> Sequence[Article]:
    """Articles whose SKU, barcode or name contain all of `words`, those of `vendor` first."""
    text = words.split()
    if not text:
        return []
    columns = (Variant.sku, Variant.barcode, Product.title, Variant.title)
    statement = _articles()
    for word in text[:8]:
        statement = statement.where(or_(*(c.icontains(word, autoescape=True) for c in columns)))
    mine = case((func.trim(Product.vendor_name) == vendor, 0), else_=1)
    statement = statement.order_by(mine, Product.title, Variant.title, Variant.id).limit(limit)
    return [_article(row) for row in session.execute(statement)]


def terms(session: Session, vendor_id: str, variants: Collection[str]) -> Mapping[str, VendorItem]:
    """What a vendor asks for each of the variants, where it is known."""
    rows = session.scalars(
        select(VendorItem).where(
            VendorItem.vendor_id == vendor_id, VendorItem.variant_id.in_(tuple(variants))
        )
    )
    return {row.variant_id: row for row in rows}


def velocity(session: Session, variants: Collection[str]) -> Mapping[str, ProductVelocity]:
    """The latest measure of each variant: the rate used, with what to reorder and why."""
    latest = select(func.max(ProductVelocity.recorded_for)).where(ProductVelocity.window_days == 0)
    rows = session.scalars(
        select(ProductVelocity).where(
            ProductVelocity.window_days == 0,
            ProductVelocity.recorded_for == latest.scalar_subquery(),
            ProductVelocity.variant_id.in_(tuple(variants)),
        )
    )
    return {row.variant_id: row for row in rows}


def last_costs(session: Session, order: PurchaseOrder) -> Mapping[str, Decimal]:
    """What the order's articles cost when they were last approved for the same vendor."""
    line, held = PurchaseOrderLine, select(PurchaseOrderLine.variant_id)
    ranked = (
        select(
            line.variant_id,
            line.unit_cost,
            func.row_number()
            .over(
                partition_by=line.variant_id,
                order_by=(PurchaseOrder.approved_at.desc(), PurchaseOrder.id.desc()),
            )
            .label("age"),
        )
        .join(PurchaseOrder, line.purchase_order_id == PurchaseOrder.id)
        .where(
            PurchaseOrder.vendor_id == order.vendor_id,
            PurchaseOrder.currency == order.currency,
            PurchaseOrder.id != order.id,
            PurchaseOrder.status.not_in((S.DRAFT, S.CANCELLED)),
            line.variant_id.in_(held.where(line.purchase_order_id == order.id)),
        )
        .subquery()
    )
    rows = session.execute(select(ranked.c.variant_id, ranked.c.unit_cost).where(ranked.c.age == 1))
    return {row[0]: row[1] for row in rows}


def measured_on(session: Session) -> date | None:
    """The day the store's velocity was last measured for."""
    latest = select(func.max(ProductVelocity.recorded_for)).where(ProductVelocity.window_days == 0)
    return session.scalar(latest)


def needs(session: Session, day: date) -> list[Need]:
    """What measuring recommended on `day`."""
    measured = ProductVelocity
    rows = session.execute(
        select(
            measured.variant_id,
            Product.vendor_name,
            measured.recommended_reorder_quantity,
            measured.incoming,
            measured.days_of_cover,
            Variant.sku,
            measured.reasons,
        )
        .join(Variant, measured.variant_id == Variant.id)
        .join(Product, Variant.product_id == Product.id)
        .where(
            measured.recorded_for == day,
            measured.window_days == 0,
            measured.recommended_reorder_quantity > 0,
        )
    )
    return [
        Need(variant, vendor_name(vendor), wanted, incoming, cover, sku or "", "\n".join(reasons))
        for variant, vendor, wanted, incoming, cover, sku, reasons in rows
    ]


def _articles() -> Select[str, str | None, str, str, str | None, Decimal | None]:
    return select(
        Variant.id, Variant.sku, Variant.title, Product.title, Product.vendor_name, Variant.cost
    ).join(Product, Variant.product_id == Product.id)


def _article(row: Row[str, str | None, str, str, str | None, Decimal | None]) -> Article:
    variant, sku, option, title, vendor, cost = row
    name = title if option in ("", _PLAIN) else f"{title} {option}"
    return Article(variant, sku or "", name, vendor_name(vendor), cost)
