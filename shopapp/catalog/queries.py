"""What the mirror holds of the things a file names, a batch at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import func, literal, select
from sqlalchemy.orm import selectinload, undefer

from shopapp.catalog.models import Customer, InventoryLevel, Order, Product, Variant
from shopapp.columns import Amount
from shopapp.db import Session


def products_by_handle(session: Session, handles: Collection[str]) -> dict[str, Product]:
    """Products by their handle, with their texts."""
    rows = session.scalars(
        select(Product)
        .where(Product.handle.in_(handles))
        .options(undefer(Product.body_html))
        .order_by(Product.id.desc())
    )
    return {row.handle: row for row in rows}


def variants_by_product(session: Session, product_ids: Collection[str]) -> dict[str, list[Variant]]:
    """The variants of products, by the product's id."""
    found: dict[str, list[Variant]] = defaultdict(list)
    rows = select(Variant).where(Variant.product_id.in_(product_ids)).order_by(Variant.id)
    for variant in session.scalars(rows):
        found[variant.product_id].append(variant)
    return found


def levels_by_variant(
    session: Session, location_id: str | None, product_ids: Collection[str]
) -> dict[str, InventoryLevel]:
    """What products' variants have at a location, by the variant's id."""
    if location_id is None:
        return {}
    of_products = select(Variant.id).where(Variant.product_id.in_(product_ids))
    rows = select(InventoryLevel).where(
        InventoryLevel.location_id == location_id, InventoryLevel.variant_id.in_(of_products)
    )
    return {level.variant_id: level for level in session.scalars(rows)}


class SoldVariant(NamedTuple):
    """A variant with what a line of an order calls it by."""

    id: str
    title: str
    sku: str | None
    product_title: str


def sold_variants(
    session: Session, skus: Collection[str], titles: Collection[str]
) -> list[SoldVariant]:
    """Variants with one of these SKUs, and those of products with one of these titles.

    Two questions, because one with "or" would walk through every variant.
    """
    found = select(Variant.id, Variant.title, Variant.sku, Product.title).join(Variant.product)
    rows = {
        SoldVariant(*row)
        for named, values in ((Variant.sku, skus), (Product.title, titles))
        if values
        for row in session.execute(found.where(named.in_(values)))
    }
    return sorted(rows, key=lambda row: row.id)


def orders_known(
    session: Session, shopify_ids: Collection[str], names: Collection[str]
) -> list[Order]:
    """Orders with one of these Ids or names, with their lines and parcels."""
    whole = select(Order).options(selectinload(Order.lines), selectinload(Order.fulfillments))
    return [
        order
        for column, values in ((Order.name, names), (Order.shopify_id, shopify_ids))
        if values
        for order in session.scalars(whole.where(column.in_(values)).order_by(Order.id))
    ]


def customers_by_email(session: Session, emails: Collection[str]) -> dict[str, Customer]:
    """Customers by their address; of several with one address the first."""
    rows = select(Customer).where(Customer.email.in_(emails)).order_by(Customer.id.desc())
    return {str(row.email): row for row in session.scalars(rows)}


def customers_with_orders(
    session: Session, customer_ids: Collection[str]
) -> list[tuple[Customer, int, Decimal]]:
    """Customers, how many orders they placed that stand, and what they paid for them."""
    paid = Order.total - func.coalesce(Order.refunded, literal(Decimal(0), Amount()))
    sums = session.execute(
        select(Order.customer_id, func.count(Order.id), func.sum(paid, type_=Amount()))
        .where(Order.customer_id.in_(customer_ids), Order.cancelled_at.is_(None))
        .group_by(Order.customer_id)
    )
    counted = {customer_id: (number, value) for customer_id, number, value in sums}
    rows = session.scalars(select(Customer).where(Customer.id.in_(customer_ids)))
    return [(row, *counted.get(row.id, (0, Decimal(0)))) for row in rows]
