"""Vendors and what they ask for their articles."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from shopapp.catalog.models import Product, Variant
from shopapp.db import Session
from shopapp.purchasing.models import PurchaseOrder, Vendor, VendorItem
from shopapp.purchasing.models import PurchaseOrderStatus as S
from shopapp.purchasing.planning import NO_VENDOR

SIZE = 50
OPEN = (S.DRAFT, S.APPROVED, S.SENT, S.PARTIALLY_RECEIVED)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of vendors by name, with the names its neighbours begin behind."""

    rows: Sequence[Vendor]
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Offer:
    """An article of a vendor; `item` is None until something is known about it."""

    variant_id: str
    sku: str
    title: str
    item: VendorItem | None


def vendor(session: Session, vendor_id: str) -> Vendor | None:
    """One vendor."""
    return session.scalar(select(Vendor).where(Vendor.id == vendor_id))


def by_name(session: Session, names: Collection[str]) -> dict[str, Vendor]:
    """The vendors with these names."""
    found = session.scalars(select(Vendor).where(Vendor.name.in_(tuple(names))))
    return {each.name: each for each in found}


def page(session: Session, words: str, *, after: str = "", before: str = "") -> Page:
    """The vendors whose name or address contain `words`, by name, behind or before a name."""
    statement = select(Vendor)
    if text := words.strip():
        columns = (Vendor.name, Vendor.email, Vendor.address)
        statement = statement.where(or_(*(c.icontains(text, autoescape=True) for c in columns)))
    back = bool(before) and not after
    if back:
        statement = statement.where(Vendor.name < before).order_by(Vendor.name.desc())
    else:
        statement = statement.where(Vendor.name > after).order_by(Vendor.name)
    rows = list(session.scalars(statement.limit(SIZE + 1)))
    more, rows = len(rows) > SIZE, rows[:SIZE]
    if back:
        rows.reverse()
    if not rows and (after or before):
        return page(session, words)
    return Page(
        rows,
        before=rows[0].name if rows and (more if back else after) else None,
        after=rows[-1].name if rows and (back or more) else None,
    )


def open_orders(session: Session, ids: Collection[str]) -> Mapping[str, int]:
    """How many orders of each vendor are not over."""
    order = PurchaseOrder
    rows = session.execute(
        select(order.vendor_id, func.count(order.id))
        .where(order.vendor_id.in_(tuple(ids)), order.status.in_(OPEN))
        .group_by(order.vendor_id)
    )
    return {row[0]: row[1] for row in rows}


def names_on_products(session: Session) -> list[str | None]:
    """Every vendor name the store's products carry."""
    return list(session.scalars(select(Product.vendor_name).distinct()))


def offers(
    session: Session, vendor: Vendor, words: str = "", *, after: str = ""
) -> tuple[list[Offer], str | None]:
    """A page of the vendor's articles by variant, and the id the next page begins behind.

    They are those whose product names the vendor, and those something is known about.
    """
    name = func.trim(func.coalesce(Product.vendor_name, ""))
    named = name == ("" if vendor.name == NO_VENDOR else vendor.name)
    statement = (
        select(Variant.id, Variant.sku, Product.title, Variant.title, VendorItem)
        .join(Product, Variant.product_id == Product.id)
        .outerjoin(
            VendorItem,
            (VendorItem.variant_id == Variant.id) & (VendorItem.vendor_id == vendor.id),
        )
        .where(or_(named, VendorItem.id.is_not(None)), Variant.id > after)
    )
    for word in words.split()[:8]:
        columns = (Variant.sku, Product.title, Variant.title, VendorItem.vendor_sku)
        statement = statement.where(or_(*(c.icontains(word, autoescape=True) for c in columns)))
    rows = session.execute(statement.order_by(Variant.id).limit(SIZE + 1)).all()
    found = [
        Offer(variant, sku or "", _title(title, option), item)
        for variant, sku, title, option, item in rows[:SIZE]
    ]
    return found, found[-1].variant_id if len(rows) > SIZE else None


def _title(product: str, option: str) -> str:
    return product if option in ("", "Default Title") else f"{product} {option}"
