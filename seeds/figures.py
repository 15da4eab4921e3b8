"""What the other rooms will show: vendors, purchase orders, velocity, flags, key figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from seeds import goods, stock
from seeds.cast import Shop
from seeds.catalogue import Catalogue
from shopapp.connections.models import ConnectionEvent, EventStatus
from shopapp.db import Session
from shopapp.home.actions import figuring
from shopapp.metrics import actions as kpis
from shopapp.metrics import facts
from shopapp.purchasing.actions import numbering, planning
from shopapp.purchasing.models import (
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderStatus,
    Vendor,
)

_LEAD: dict[str, tuple[float, float]] = {
    "Saltmarsh Roastery": (7, 2),
    "Bell Rock Pottery": (21, 5),
    "Spinnerei Aubach": (18, 4),
    "Filzhof Lenne": (28, 6),
}
"""Mean and standard deviation in days; of the other vendors nobody has written it down."""


def plant(session: Session, shop: Shop, catalogue: Catalogue, now: datetime) -> None:
    """Figures that follow from the shop's goods and orders."""
    vendors = {good.vendor: _vendor(shop, good.vendor) for good in goods.OF[shop.handle]}
    session.add_all(vendors.values())
    session.add(_received(session, shop, vendors, catalogue, now))
    session.flush()
    stock.plant(session, shop, catalogue, now)
    planning.propose(session)
    _key_figures(session)
    session.add_all(_events(now))


def _vendor(shop: Shop, name: str) -> Vendor:
    handle = name.lower().replace(" ", "-")
    mean, deviation = _LEAD.get(name, (None, None))
    return Vendor(
        name=name,
        email=f"orders@{handle}.example",
        currency=shop.currency,
        lead_time_mean=mean,
        lead_time_sd=deviation,
        order_minimum=Decimal(150),
        terms="30 days net",
        address=f"{name}, 1 Mill Lane",
    )


def _received(
    session: Session, shop: Shop, vendors: dict[str, Vendor], catalogue: Catalogue, now: datetime
) -> PurchaseOrder:
    """Last month's order to the first vendor, which has come in full."""
    name, vendor = next(iter(vendors.items()))
    bought = [good for good in goods.OF[shop.handle] if good.vendor == name][:2]
    return PurchaseOrder(
        location_id=catalogue.everywhere.id,
        vendor=vendor,
        number=numbering.next_number(session),
        status=PurchaseOrderStatus.RECEIVED,
        currency=shop.currency,
        submitted_at=now - timedelta(days=30),
        received_at=now - timedelta(days=17),
        lines=[
            PurchaseOrderLine(
                variant_id=catalogue.variants[good.sku].id,
                position=at,
                sku=good.sku,
                title=good.title,
                quantity=60,
                received=60,
                recommended_quantity=60,
                unit_cost=good.cost,
            )
            for at, good in enumerate(bought, start=1)
        ],
    )


def _key_figures(session: Session) -> None:
    """As the hourly jobs work them out."""
    session.flush()
    facts.refresh_days(session, facts.days_to_refresh(session))
    kpis.refresh(session)
    figuring.refresh(session)


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
