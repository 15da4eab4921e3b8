"""A purchase order as what its papers and its mail say."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from shopapp.db import Session
from shopapp.purchasing.models import PurchaseOrder, PurchaseOrderStatus
from shopapp.purchasing.papers.content import Paper, PaperLine
from shopapp.purchasing.queries.orders import locations
from shopapp.stores.models import Store

MARKS = {PurchaseOrderStatus.DRAFT: "DRAFT", PurchaseOrderStatus.CANCELLED: "CANCELLED"}


def paper(session: Session, store: Store, order: PurchaseOrder) -> Paper:
    """The order with its vendor and lines as the vendor reads it."""
    places = {each.id: each for each in locations(session)}
    place = places.get(order.location_id)
    vendor = order.vendor
    return Paper(
        store=store.name,
        number=order.number or "",
        mark=MARKS.get(order.status, ""),
        day=_day(order.approved_at or order.created_at, store.timezone),
        expected=order.expected_at,
        vendor=vendor.name,
        vendor_address=vendor.address,
        vendor_email=vendor.email or "",
        ship_to="" if place is None or place.is_all else place.name,
        terms=vendor.terms,
        currency=order.currency,
        shipping=order.shipping,
        notes=order.notes,
        lines=tuple(
            PaperLine(
                line.sku or "", line.vendor_sku or "", line.title, line.quantity, line.unit_cost
            )
            for line in order.lines
        ),
    )


def _day(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()
