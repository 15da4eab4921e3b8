"""The mirror of an invented Shopify: goods, shoppers and purchases as rows of a bound session."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from seeds import goods, orders
from seeds.cast import Shop, Shopper
from seeds.goods import Good
from seeds.orders import FIRST_ID, Purchase, Standing
from shopapp.catalog.models import (
    Customer,
    Fulfillment,
    Location,
    Order,
    OrderLine,
    Product,
    Variant,
)
from shopapp.db import Session

_PAID = {
    Standing.PENDING: "pending",
    Standing.PARTLY_REFUNDED: "partially_refunded",
    Standing.REFUNDED: "refunded",
    Standing.CANCELLED: "voided",
}
_UNSHIPPED = (Standing.PENDING, Standing.PREPARING, Standing.CANCELLED)
_CARRIERS = {"harbor": ("Gull Post", "gull"), "hill": ("Kranich Paket", "kranich")}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The rows others refer to."""

    everywhere: Location
    variants: dict[str, Variant]
    orders: dict[str, Order]


def plant(session: Session, shop: Shop, now: datetime) -> Catalogue:
    """Mirror the shop as of a few minutes ago."""
    everywhere = Location(shopify_id="all", name="All locations", is_all=True)
    session.add_all([everywhere, Location(shopify_id="3001", name=f"{shop.name} workshop")])
    variants = dict(_variants(goods.OF[shop.handle]))
    shoppers = {each.key: _customer(at, each) for at, each in enumerate(shop.shoppers)}
    session.add_all([*variants.values(), *shoppers.values()])
    session.flush()
    placed = {
        each.name: _order(shop, each, shoppers[each.shopper], variants, now)
        for each in orders.OF[shop.handle]
    }
    session.add_all(placed.values())
    session.flush()
    return Catalogue(everywhere, variants, placed)


def _variants(table: tuple[Good, ...]) -> Iterator[tuple[str, Variant]]:
    products: dict[str, Product] = {}
    for at, good in enumerate(table):
        product = products.setdefault(good.product, _product(len(products), good))
        yield (
            good.sku,
            Variant(
                product=product,
                shopify_id=str(9001 + at),
                title=good.option or "Default Title",
                sku=good.sku,
                barcode=f"400000{at:07d}",
                price=good.price,
                cost=good.cost,
                inventory_item_id=str(9501 + at),
                weight_grams=good.grams,
            ),
        )


def _product(at: int, good: Good) -> Product:
    handle = "-".join("".join(c if c.isalnum() else " " for c in good.product.lower()).split())
    return Product(
        shopify_id=str(8001 + at),
        handle=handle,
        title=good.product,
        vendor_name=good.vendor,
        product_type=good.kind,
    )


def _customer(at: int, shopper: Shopper) -> Customer:
    return Customer(
        shopify_id=str(7001 + at),
        email=shopper.email,
        first_name=shopper.first_name,
        last_name=shopper.last_name,
        phone=shopper.phone,
        note=shopper.note,
        tags=list(shopper.tags),
        order_count=0,
        lifetime_value=Decimal(0),
    )


def _order(
    shop: Shop, bought: Purchase, customer: Customer, variants: dict[str, Variant], now: datetime
) -> Order:
    shopper = shop.shopper(bought.shopper)
    placed_at = now - timedelta(days=bought.days)
    lines = list(_lines(shop, bought, variants))
    total = sum((line.price * line.quantity for line in lines), Decimal(0))
    is_void = bought.standing is Standing.CANCELLED
    customer.order_count += 1
    customer.lifetime_value += Decimal(0) if is_void else total
    return Order(
        shopify_id=bought.shopify_id,
        name=bought.name,
        customer=customer,
        email=shopper.email,
        placed_at=placed_at,
        cancelled_at=placed_at + timedelta(hours=5) if is_void else None,
        currency=shop.currency,
        total=total,
        financial_status=_PAID.get(bought.standing, "paid"),
        fulfillment_status=_fulfilment(bought.standing),
        shipping_city=shopper.city,
        shipping_country=shopper.country or shop.country,
        synced_at=now - timedelta(minutes=12),
        lines=lines,
        fulfillments=list(_parcels(shop, bought, placed_at)),
    )


def _fulfilment(standing: Standing) -> str:
    if standing is Standing.PARTIAL:
        return "partial"
    return "unfulfilled" if standing in _UNSHIPPED else "fulfilled"


def _lines(shop: Shop, bought: Purchase, variants: dict[str, Variant]) -> Iterator[OrderLine]:
    named = {good.sku: good for good in goods.OF[shop.handle]}
    first = 10 * (int(bought.shopify_id) - FIRST_ID) + 11_001
    for at, (sku, quantity) in enumerate(bought.lines):
        yield OrderLine(
            variant_id=variants[sku].id,
            shopify_id=str(first + at),
            position=at + 1,
            title=named[sku].title,
            sku=sku,
            quantity=quantity,
            price=named[sku].price,
        )


def _parcels(shop: Shop, bought: Purchase, placed_at: datetime) -> Iterator[Fulfillment]:
    """One parcel for what has left, a working day after the order, three days on its way."""
    if bought.standing in _UNSHIPPED:
        return
    carrier, host = _CARRIERS[shop.handle]
    shipped = placed_at + timedelta(hours=22)
    is_moving = bought.standing in (Standing.TRANSIT, Standing.LATE)
    days = 9 if shop.shopper(bought.shopper).country not in ("", shop.country) else 6
    is_late = bought.standing is Standing.LATE
    estimate = shipped + timedelta(days=10 if is_late else days)
    number = f"4029{bought.number}{int(bought.shopify_id) * 37 % 10_000:04d}"
    yield Fulfillment(
        shopify_id=str(int(bought.shopify_id) + 1000),
        shipment_status="in_transit" if is_moving else "delivered",
        carrier=carrier,
        tracking_number=number,
        tracking_url=f"https://track.{host}.example/{number}",
        shipped_at=shipped,
        estimated_delivery=estimate,
        delivered_at=None if is_moving else shipped + timedelta(days=3, hours=4),
    )
