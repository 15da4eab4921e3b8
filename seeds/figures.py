"""What the other rooms will show: vendors, purchase orders, velocity, flags, key figures."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from seeds import goods, orders
from seeds.cast import Shop
from seeds.catalogue import Catalogue
from seeds.goods import Good
from seeds.orders import Standing
from shopapp.connections.models import ConnectionEvent, EventStatus
from shopapp.db import Session
from shopapp.flags.models import FlagSeverity, OrderFlag
from shopapp.inventory.models import ProductVelocity
from shopapp.metrics.models import KpiCache
from shopapp.purchasing.models import (
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderStatus,
    Vendor,
)

_WINDOW, _LEAD, _COVER = 30, 14, 45
_Z = 1.645  # 95 % of the lead times pass without a gap


@dataclass(frozen=True, slots=True)
class Plan:
    """What a variant needs: units in stock, to cover the lead time, and to order."""

    good: Good
    deviation: float
    safety: int
    point: int
    order: int


def plant(session: Session, shop: Shop, catalogue: Catalogue, now: datetime) -> None:
    """Figures that follow from the shop's goods and orders."""
    day = now.astimezone(ZoneInfo(shop.timezone)).date()
    plans = [_plan(good) for good in goods.OF[shop.handle]]
    vendors = {plan.good.vendor: _vendor(shop, plan.good.vendor) for plan in plans}
    session.add_all(vendors.values())
    session.flush()
    session.add_all(_velocity(plan, catalogue, day) for plan in plans)
    session.add_all(_proposals(shop, plans, vendors, catalogue, day))
    session.add(_received(shop, plans, vendors, catalogue, now))
    session.add_all(_flags(shop, catalogue, now))
    session.add_all(_key_figures(catalogue, day, now))
    session.add_all(_events(now))


def _plan(good: Good) -> Plan:
    """Safety stock z·σ·√L and reorder point d·L + safety stock, for a lead time of L days."""
    deviation = round(math.sqrt(good.daily), 3)
    safety = math.ceil(_Z * deviation * math.sqrt(_LEAD))
    point = math.ceil(good.daily * _LEAD) + safety
    wanted = math.ceil(good.daily * (_LEAD + _COVER)) + safety - good.stock
    return Plan(good, deviation, safety, point, max(wanted, 0) if good.stock < point else 0)


def _velocity(plan: Plan, catalogue: Catalogue, day: date) -> ProductVelocity:
    good, cover = plan.good, plan.good.stock / plan.good.daily
    spread = cover * 0.2
    return ProductVelocity(
        location_id=catalogue.everywhere.id,
        variant_id=catalogue.variants[good.sku].id,
        sku=good.sku,
        recorded_for=day,
        window_days=_WINDOW,
        average_daily_sales=good.daily,
        demand_sd=plan.deviation,
        in_stock_days=_WINDOW if good.stock else _WINDOW - 4,
        current_inventory=good.stock,
        days_of_cover=round(cover, 1),
        projected_stockout_date=day + timedelta(days=int(cover)),
        stockout_low=day + timedelta(days=int(cover - spread)),
        stockout_high=day + timedelta(days=int(cover + spread)),
        reorder_point=plan.point,
        safety_stock=plan.safety,
        recommended_reorder_quantity=plan.order,
        method="moving average",
        reasons=[_reason(plan)] if plan.order else [],
    )


def _reason(plan: Plan) -> str:
    return (
        f"{plan.good.stock} in stock, reorder point {plan.point}: "
        f"{plan.good.daily:g} a day over {_LEAD} days of lead time"
    )


def _vendor(shop: Shop, name: str) -> Vendor:
    handle = name.lower().replace(" ", "-")
    return Vendor(
        name=name,
        email=f"orders@{handle}.example",
        currency=shop.currency,
        lead_time_mean=float(_LEAD),
        lead_time_sd=3.0,
        order_minimum=Decimal(150),
        terms="30 days net",
        address=f"{name}, 1 Mill Lane",
    )


def _proposals(
    shop: Shop, plans: list[Plan], vendors: dict[str, Vendor], catalogue: Catalogue, day: date
) -> Iterator[PurchaseOrder]:
    """Today's draft for each vendor that something is to be bought from."""
    for name, vendor in vendors.items():
        wanted = [plan for plan in plans if plan.order and plan.good.vendor == name]
        if wanted:
            proposal = _purchase(shop, vendor, wanted, catalogue)
            proposal.origin_day = day
            yield proposal


def _received(
    shop: Shop, plans: list[Plan], vendors: dict[str, Vendor], catalogue: Catalogue, now: datetime
) -> PurchaseOrder:
    """Last month's order to the first vendor, which has come in full."""
    name, vendor = next(iter(vendors.items()))
    bought = [plan for plan in plans if plan.good.vendor == name][:2]
    past = _purchase(shop, vendor, bought, catalogue)
    past.number, past.status = "PO-1001", PurchaseOrderStatus.RECEIVED
    past.submitted_at, past.received_at = now - timedelta(days=30), now - timedelta(days=17)
    for line in past.lines:
        line.quantity = line.received = 60
        line.recommended_quantity, line.reason = 60, ""
    return past


def _purchase(shop: Shop, vendor: Vendor, plans: list[Plan], catalogue: Catalogue) -> PurchaseOrder:
    return PurchaseOrder(
        location_id=catalogue.everywhere.id,
        vendor_id=vendor.id,
        currency=shop.currency,
        lines=[
            PurchaseOrderLine(
                variant_id=catalogue.variants[plan.good.sku].id,
                position=at,
                sku=plan.good.sku,
                title=plan.good.title,
                quantity=plan.order,
                recommended_quantity=plan.order,
                unit_cost=plan.good.cost,
                reason=_reason(plan),
            )
            for at, plan in enumerate(plans, start=1)
        ],
    )


def _flags(shop: Shop, catalogue: Catalogue, now: datetime) -> Iterator[OrderFlag]:
    """A parcel that is late, and a large order that has not been paid."""
    kinds = {
        Standing.LATE: ("late_delivery", FlagSeverity.CRITICAL),
        Standing.PENDING: ("payment_pending", FlagSeverity.NOTICE),
        Standing.PARTIAL: ("partly_shipped", FlagSeverity.WARNING),
    }
    for bought in orders.OF[shop.handle]:
        if bought.standing in kinds:
            kind, severity = kinds[bought.standing]
            order = catalogue.orders[bought.name]
            waiting = (now - order.placed_at).days
            yield OrderFlag(
                shopify_order_id=order.shopify_id,
                order_id=order.id,
                flag_type=kind,
                severity=severity,
                evidence={"order": order.name, "days_since_order": waiting},
            )


def _key_figures(catalogue: Catalogue, day: date, now: datetime) -> Iterator[KpiCache]:
    recent = [
        order
        for order in catalogue.orders.values()
        if order.cancelled_at is None and now - order.placed_at <= timedelta(days=_WINDOW)
    ]
    figures = {
        "orders": str(len(recent)),
        "net_sales": str(sum((order.total for order in recent), Decimal(0))),
    }
    for key, value in figures.items():
        yield KpiCache(
            metric_key=key,
            range_start=day - timedelta(days=_WINDOW - 1),
            range_end=day,
            payload={"value": value},
            source="orders",
            refreshed_at=now,
            expires_at=now + timedelta(hours=6),
        )


def _events(now: datetime) -> Iterator[ConnectionEvent]:
    told = (
        (25.0, EventStatus.WARNING, 4180, "Shopify answered slowly; the sync went on."),
        (13.0, EventStatus.SUCCESS, 412, "Orders and stock are in step with Shopify."),
        (0.2, EventStatus.SUCCESS, 388, "Orders and stock are in step with Shopify."),
    )
    for hours, status, latency, message in told:
        yield ConnectionEvent(
            integration="shopify",
            status=status,
            latency_ms=latency,
            message=message,
            created_at=now - timedelta(hours=hours),
        )
