"""Making purchase orders: from chosen variants, as a copy, and a line at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.catalog.actions import everywhere
from shopapp.db import Session
from shopapp.purchasing.actions import vendors
from shopapp.purchasing.models import PurchaseOrder, PurchaseOrderLine, Vendor, VendorItem
from shopapp.purchasing.queries import articles, orders
from shopapp.purchasing.queries.articles import Article
from shopapp.refusals import Invalid
from shopapp.stores.models import Store
from shopapp.tenancy import store_of

ASSUMED_DAYS = 14  # the lead time of a vendor nobody has told us about
MOST_LINES = 500


@dataclass(slots=True)
class Made:
    """New drafts, and the variants left out because the draft beside them holds them already."""

    drafts: list[PurchaseOrder] = field(default_factory=list)
    skipped: dict[str, PurchaseOrder] = field(default_factory=dict)


def create_for(session: Session, *, variants: Sequence[str], by: User) -> Made:
    """One new draft for each vendor of the variants, in the quantities measuring recommends.

    A variant that stands on a draft is left out; one of another store is ignored.
    """
    found = articles.articles(session, variants)
    made = Made(skipped=dict(orders.standing(session, found)))
    wanted = [found[each] for each in dict.fromkeys(variants) if each in found]
    rates = articles.velocity(session, found)
    known = vendors.known_for(session, (each.vendor for each in wanted))
    for name in sorted({each.vendor for each in wanted if each.variant_id not in made.skipped}):
        bought = [
            each for each in wanted if each.vendor == name and each.variant_id not in made.skipped
        ]
        order = new_order(session, known[name], by=by)
        lines = lines_of(session, known[name], bought[:MOST_LINES])
        for line in lines:
            rate = rates.get(line.variant_id or "")
            if rate is not None and rate.recommended_reorder_quantity > 0:
                line.quantity = line.recommended_quantity = rate.recommended_reorder_quantity
                line.reason = "\n".join(rate.reasons)
        order.lines = lines
        session.flush()
        record(session, "purchase_order.created", order, by=by, after={"lines": len(lines)})
        made.drafts.append(order)
    return made


def start_for(session: Session, vendor: Vendor, *, by: User) -> PurchaseOrder:
    """An empty draft for a vendor."""
    order = new_order(session, vendor, by=by)
    session.flush()
    record(session, "purchase_order.created", order, by=by, after={"lines": 0})
    return order


def duplicate(session: Session, order: PurchaseOrder, *, by: User) -> PurchaseOrder:
    """A new draft with the same lines, at today's date and without a number."""
    copy = new_order(session, order.vendor, by=by)
    copy.location_id, copy.currency = order.location_id, order.currency
    copy.shipping, copy.notes = order.shipping, order.notes
    copy.lines = [
        PurchaseOrderLine(
            variant_id=line.variant_id,
            position=at,
            sku=line.sku,
            vendor_sku=line.vendor_sku,
            title=line.title,
            quantity=line.quantity,
            unit_cost=line.unit_cost,
        )
        for at, line in enumerate(order.lines, start=1)
    ]
    session.flush()
    source = {"lines": len(copy.lines), "copy_of": order.number or order.id}
    record(session, "purchase_order.created", copy, by=by, after=source)
    return copy


def add_line(session: Session, order: PurchaseOrder, variant_id: str) -> PurchaseOrderLine:
    """A line for the variant at the end, or the one that is there; raises Invalid."""
    there = next((line for line in order.lines if line.variant_id == variant_id), None)
    if there is not None:
        return there
    if len(order.lines) >= MOST_LINES:
        message = f"An order has at most {MOST_LINES} lines."
        raise Invalid(message, "find")
    found = articles.articles(session, [variant_id])
    if not found:
        message = "That article no longer exists. Search for another one."
        raise Invalid(message, "find")
    (line,) = lines_of(session, order.vendor, found.values())
    line.position = max((each.position for each in order.lines), default=0) + 1
    rate = articles.velocity(session, [variant_id]).get(variant_id)
    if rate is not None and rate.recommended_reorder_quantity > 0:
        line.quantity = line.recommended_quantity = rate.recommended_reorder_quantity
        line.reason = "\n".join(rate.reasons)
    order.lines.append(line)
    return line


def new_order(session: Session, vendor: Vendor, *, by: User | None) -> PurchaseOrder:
    """A draft without lines, shipped to the store, expected after the vendor's lead time."""
    order = PurchaseOrder(
        location_id=everywhere(session).id,
        vendor_id=vendor.id,
        currency=vendor.currency,
        created_by_id=by.id if by else None,
        is_touched=by is not None,
        expected_at=expected(session, vendor),
        vendor=vendor,
        lines=[],
    )
    session.add(order)
    return order


def expected(session: Session, vendor: Vendor) -> date:
    """The day goods ordered today are expected."""
    today = clock.today(session.get_one(Store, store_of(session)).timezone)
    return today + timedelta(days=round(vendor.lead_time_mean or ASSUMED_DAYS))


def lines_of(
    session: Session, vendor: Vendor, bought: Iterable[Article]
) -> list[PurchaseOrderLine]:
    """A line for each article: one unit, or what the vendor takes at least, at its cost."""
    wanted = list(bought)
    terms = articles.terms(session, vendor.id, [each.variant_id for each in wanted])
    currency = session.get_one(Store, store_of(session)).currency
    return [
        PurchaseOrderLine(
            variant_id=each.variant_id,
            position=at,
            sku=each.sku or None,
            vendor_sku=_vendor_sku(terms, each),
            title=each.title,
            quantity=1,
            unit_cost=_cost(terms, each, vendor.currency == currency),
            reason="",
        )
        for at, each in enumerate(wanted, start=1)
    ]


def _vendor_sku(terms: Mapping[str, VendorItem], article: Article) -> str | None:
    item = terms.get(article.variant_id)
    return item.vendor_sku if item else None


def _cost(terms: Mapping[str, VendorItem], article: Article, is_own_currency: bool) -> Decimal:
    """What the vendor asks, else the variant's cost if that is in the same money, else 0."""
    item = terms.get(article.variant_id)
    if item is not None and item.cost is not None:
        return item.cost
    return article.cost if article.cost is not None and is_own_currency else Decimal(0)
