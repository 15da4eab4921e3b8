"""How goods come in: each variant's lead time, minimum and pack, and what is on its way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from shopapp.catalog.models import Product, Variant
from shopapp.db import Session
from shopapp.inventory.reorder import ASSUMED, Arrival, LeadTime
from shopapp.metrics.models import DailySales
from shopapp.purchasing.models import PurchaseOrder, PurchaseOrderLine, Vendor, VendorItem
from shopapp.purchasing.models import PurchaseOrderStatus as S
from shopapp.purchasing.planning import vendor_name

ON_ORDER = (S.APPROVED, S.SENT, S.PARTIALLY_RECEIVED)


@dataclass(frozen=True, slots=True)
class Supply:
    """What is known of a variant's vendor; `vendor_id` is None for one nobody has entered."""

    vendor_id: str | None
    vendor: str
    lead: LeadTime
    minimum: int = 0
    pack: int = 0


def last_sale(session: Session) -> date | None:
    """The last day of which any sale is known."""
    return session.scalar(select(func.max(DailySales.day)))


def supplies(session: Session, first: str, last: str) -> Mapping[str, Supply]:
    """The supply of every variant with an id from `first` to `last`, in one statement."""
    rows = session.execute(
        select(Variant.id, Product.vendor_name, Vendor, VendorItem)
        .join(Product, Product.id == Variant.product_id)
        .outerjoin(Vendor, Vendor.name == func.trim(Product.vendor_name))
        .outerjoin(
            VendorItem,
            (VendorItem.vendor_id == Vendor.id) & (VendorItem.variant_id == Variant.id),
        )
        .where(Variant.id.between(first, last))
    )
    return {variant: _supply(name, vendor, item) for variant, name, vendor, item in rows}


def arrivals(
    session: Session, first: str, last: str, *, as_of: date, leads: Mapping[str, LeadTime]
) -> Mapping[str, Sequence[Arrival]]:
    """What approved and sent orders still bring, by variant.

    An order without an expected day, or with one that has passed, is taken to need the vendor's
    whole lead time from now.
    """
    line, coming = PurchaseOrderLine, PurchaseOrderLine.quantity - PurchaseOrderLine.received
    rows = session.execute(
        select(line.variant_id, PurchaseOrder.expected_at, func.sum(coming))
        .join(PurchaseOrder, PurchaseOrder.id == line.purchase_order_id)
        .where(PurchaseOrder.status.in_(ON_ORDER), coming > 0, line.variant_id.between(first, last))
        .group_by(line.variant_id, PurchaseOrder.expected_at)
    )
    found: dict[str, list[Arrival]] = defaultdict(list)
    for variant, expected, units in rows:
        if variant is None:
            continue
        usual = as_of + timedelta(days=round(leads.get(variant, ASSUMED).mean))
        day = expected if expected and expected >= as_of else usual
        found[variant].append(Arrival((day - as_of).days, int(units)))
    return found


def _supply(name: str | None, vendor: Vendor | None, item: VendorItem | None) -> Supply:
    if vendor is None:
        return Supply(None, vendor_name(name), ASSUMED)
    days = item.lead_time_days if item and item.lead_time_days else vendor.lead_time_mean
    lead = LeadTime(days, vendor.lead_time_sd or 0.0) if days else ASSUMED
    minimum = (item.minimum_quantity if item else None) or 0
    return Supply(vendor.id, vendor.name, lead, minimum, (item.pack_size if item else None) or 0)
