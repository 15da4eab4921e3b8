"""What runs out before a vendor can deliver: purchase orders to approve, variants to order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, func, select

from shopapp.catalog.models import Product, Variant
from shopapp.db import Session
from shopapp.home.ranking import Decision, Kind, stockout_chance
from shopapp.home.standing import Standing, counted
from shopapp.inventory.models import ProductVelocity
from shopapp.money import exact
from shopapp.purchasing.models import (
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderStatus,
    Vendor,
    VendorItem,
)

_WAITING = (PurchaseOrderStatus.DRAFT, PurchaseOrderStatus.APPROVED)
_LINES = 5  # on average a purchase order has no more than these; the statement is bounded by them


@dataclass(frozen=True, slots=True)
class Shelf:
    """A variant that runs out: what a day without it costs, and how likely that day comes."""

    variant_id: str
    title: str
    sku: str
    stock: int
    wanted: int
    out_on: date | None
    daily_loss: Decimal
    chance: float
    measured_on: date


def decisions(session: Session, standing: Standing, most: int) -> Iterator[Decision]:
    """A row for each purchase order to approve or send, and for each variant on none of them."""
    shelves = {each.variant_id: each for each in _shelves(session, standing, most)}
    ordered: set[str] = set()
    for rows in _proposals(session, most).values():
        held = [shelves[row.variant_id] for row in rows if row.variant_id in shelves]
        ordered.update(each.variant_id for each in held)
        yield _purchase(rows, held, standing)
    for shelf in shelves.values():
        if shelf.variant_id not in ordered:
            yield _order(shelf, standing)


def _shelves(session: Session, standing: Standing, most: int) -> Iterator[Shelf]:
    """The variants planning wants to order, by the newest measurement, soonest gone first."""
    newest = select(func.max(ProductVelocity.recorded_for)).where(ProductVelocity.window_days == 0)
    lead = (
        select(func.min(func.coalesce(VendorItem.lead_time_days, Vendor.lead_time_mean)))
        .join(Vendor, Vendor.id == VendorItem.vendor_id)
        .where(VendorItem.variant_id == ProductVelocity.variant_id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            ProductVelocity,
            Variant.title.label("option"),
            Variant.price,
            Variant.cost,
            Product.title,
            func.coalesce(lead, Vendor.lead_time_mean).label("lead"),
        )
        .join(Variant, Variant.id == ProductVelocity.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .outerjoin(Vendor, Vendor.name == Product.vendor_name)
        .where(
            ProductVelocity.window_days == 0,
            ProductVelocity.recorded_for == newest.scalar_subquery(),
            ProductVelocity.recommended_reorder_quantity > 0,
            ProductVelocity.average_daily_sales > 0,
        )
        .order_by(ProductVelocity.days_of_cover, ProductVelocity.id)
        .limit(most)
    )
    return (_shelf(row, standing) for row in rows)


def _shelf(row: Any, standing: Standing) -> Shelf:
    speed: ProductVelocity = row.ProductVelocity
    cover = speed.days_of_cover or 0.0
    return Shelf(
        variant_id=speed.variant_id,
        title=_named(row.title, row.option),
        sku=speed.sku or "",
        stock=speed.current_inventory,
        wanted=speed.recommended_reorder_quantity,
        out_on=speed.projected_stockout_date,
        daily_loss=_daily_loss(row, standing),
        chance=stockout_chance(
            low=_days(speed.stockout_low, standing, cover * 0.8),
            high=_days(speed.stockout_high, standing, cover * 1.2),
            lead=row.lead or float(standing.weights.lead_days),
            stock=speed.current_inventory,
        ),
        measured_on=speed.recorded_for,
    )


def _daily_loss(row: Any, standing: Standing) -> Decimal:
    """Units a day times what each would have earned."""
    price = row.price or Decimal(0)
    earned = price - row.cost if row.cost is not None else price * standing.weights.margin / 100
    return exact(Decimal(str(row.ProductVelocity.average_daily_sales)) * max(earned, Decimal(0)))


def _days(day: date | None, standing: Standing, otherwise: float) -> float:
    return float((day - standing.today).days) if day else otherwise


def _proposals(session: Session, most: int) -> Mapping[str, Sequence[Any]]:
    """The lines of purchase orders no vendor has yet, by the order's id, oldest first."""
    found: dict[str, list[Any]] = {}
    rows = session.execute(
        select(
            PurchaseOrder.id,
            PurchaseOrder.version,
            PurchaseOrder.status,
            PurchaseOrder.number,
            PurchaseOrder.created_at,
            PurchaseOrder.currency,
            Vendor.name,
            PurchaseOrderLine.variant_id,
            PurchaseOrderLine.quantity,
            PurchaseOrderLine.unit_cost,
        )
        .join(Vendor, Vendor.id == PurchaseOrder.vendor_id)
        .join(
            PurchaseOrderLine,
            and_(
                PurchaseOrderLine.purchase_order_id == PurchaseOrder.id,
                PurchaseOrderLine.quantity > 0,
            ),
        )
        .where(PurchaseOrder.status.in_(_WAITING))
        .order_by(PurchaseOrder.created_at, PurchaseOrder.id, PurchaseOrderLine.position)
        .limit(most * _LINES)
    )
    for row in rows:
        found.setdefault(row.id, []).append(row)
    return found


def _purchase(rows: Sequence[Any], held: Sequence[Shelf], standing: Standing) -> Decision:
    order = rows[0]
    stake = sum((each.daily_loss for each in held), Decimal(0))
    units = sum(row.quantity for row in rows)
    is_draft = order.status is PurchaseOrderStatus.DRAFT
    return Decision(
        key=f"{Kind.PURCHASE}:{order.id}",
        kind=Kind.PURCHASE,
        title=f"Order {counted(units, 'unit')} from {order.name}"
        if is_draft
        else f"Send {order.number} to {order.name}",
        why=_why(held) or f"{counted(len(rows), 'line')} that no vendor has yet",
        proposal="Approve the purchase order" if is_draft else "Send it to the vendor",
        verb="Approve" if is_draft else "Send",
        stake=stake,
        chance=_together(held, stake),
        minutes=standing.minutes(Kind.PURCHASE, standing.weights.purchase_minutes),
        since=order.created_at,
        version=str(order.version),
        is_done_here=is_draft,
    )


def _together(held: Sequence[Shelf], stake: Decimal) -> float:
    """The chance of loss over several shelves, each weighing what it costs."""
    lost = sum(float(each.daily_loss) * each.chance for each in held)
    return lost / float(stake) if stake else 0.0


def _why(held: Sequence[Shelf]) -> str:
    """'Tide Mug Sand is sold out; 2 more run out before the delivery'."""
    if not held:
        return ""
    first = max(held, key=lambda each: (each.chance, each.daily_loss))
    said = _fate(first)
    others = len(held) - 1
    return f"{said}; {others} more run low" if others else said


def _order(shelf: Shelf, standing: Standing) -> Decision:
    return Decision(
        key=f"{Kind.STOCK}:{shelf.variant_id}",
        kind=Kind.STOCK,
        title=f"{shelf.title} runs out" if shelf.stock > 0 else f"{shelf.title} is sold out",
        why=_fate(shelf) if shelf.stock > 0 else "Every day without it is a day of lost sales",
        proposal=f"Order {shelf.wanted:,}",
        verb=f"Order {shelf.wanted:,}",
        stake=shelf.daily_loss,
        chance=shelf.chance,
        minutes=standing.minutes(Kind.PURCHASE, standing.weights.purchase_minutes),
        since=_noon(shelf.measured_on, standing.now),
    )


def _fate(shelf: Shelf) -> str:
    if shelf.stock <= 0:
        return f"{shelf.title} is sold out"
    when = f" until {shelf.out_on.day} {shelf.out_on:%b}" if shelf.out_on else ""
    return f"{shelf.title}: {counted(shelf.stock, 'unit')} last{when}"


def _named(product: str, option: str) -> str:
    return product if option in ("", "Default Title") else f"{product} {option}"


def _noon(day: date, now: datetime) -> datetime:
    return now.replace(year=day.year, month=day.month, day=day.day, hour=0, minute=0, second=0)
