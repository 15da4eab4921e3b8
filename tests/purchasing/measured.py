"""A store with articles, sales and stock, measured by the real job's own work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup, Tag
from sqlalchemy import insert, select

from shopapp import clock, ids
from shopapp.catalog.actions import everywhere
from shopapp.catalog.models import InventoryLevel, Product, Variant
from shopapp.db import Session
from shopapp.inventory.models import ProductVelocity
from shopapp.jobs import ledger, registry
from shopapp.jobs.context import JobContext
from shopapp.metrics.models import DailySales, SalesSource
from shopapp.purchasing.actions import measuring
from shopapp.purchasing.models import Vendor
from shopapp.tenancy import store_of
from tests.conftest import OpenStore
from tests.jobs.scaffold import Shop

ZONE, VELOCITY = "Europe/Berlin", "/harbor/purchasing/velocity"
Plant = Callable[[], None]


@pytest.fixture
def plant(store_session: OpenStore) -> Plant:
    """Four articles, one for each view, and the one of the cast, whose stock nobody knows."""

    def do() -> None:
        with store_session("harbor") as session:
            vendor(session, "Leaf & Co", 21, 5)
            article(session, "RISK", stock=9, daily=4, vendor="Leaf & Co")
            article(session, "PLENTY", stock=4000, daily=4, vendor="Leaf & Co")
            article(session, "SILENT", stock=7)
            article(session, "FINE", stock=300, daily=5, vendor="Nobody & Sons")
            measure(session)
            session.commit()

    return do


def skus(text: str) -> list[str]:
    """The SKUs of the table, in order."""
    page = BeautifulSoup(text, "html.parser")
    return [tag.get_text() for tag in page.select("#velocity-table tbody small")]


def row(text: str, sku: str) -> Tag:
    page = BeautifulSoup(text, "html.parser")
    return next(tag for tag in page.select("#velocity-table tbody tr") if sku in tag.get_text())


def today() -> date:
    return clock.today(ZONE)


def article(
    session: Session,
    sku: str,
    *,
    stock: int | None = None,
    daily: int = 0,
    days: int = 90,
    until: int = 1,
    vendor: str | None = None,
    status: str = "active",
) -> str:
    """A variant that sold `daily` units on each of `days` days, the last one `until` days ago."""
    product = Product(shopify_id=f"p-{sku}", handle=sku.lower(), title=f"Tea {sku}")
    product.vendor_name, product.status = vendor, status
    variant = Variant(product=product, shopify_id=f"v-{sku}", title="Default Title", sku=sku)
    variant.price = Decimal("5.00")
    session.add(variant)
    session.flush()
    sold = {today() - timedelta(days=until + back): daily for back in range(days)} if daily else {}
    sell(session, variant.id, sold)
    if stock is not None:
        session.add(
            InventoryLevel(
                location_id=everywhere(session).id,
                variant_id=variant.id,
                available=stock,
                as_of=clock.now(),
            )
        )
    session.flush()
    return variant.id


def sell(session: Session, variant_id: str, sold: Mapping[date, int]) -> None:
    """What a history says."""
    rows = [
        {
            "id": ids.new_id(),
            "store_id": store_of(session),
            "variant_id": variant_id,
            "day": day,
            "units": units,
            "gross": Decimal(units),
            "net": Decimal(units),
            "source": SalesSource.IMPORT,
        }
        for day, units in sold.items()
    ]
    if rows:
        session.execute(insert(DailySales), rows)


def vendor(session: Session, name: str, mean: float | None = None, sd: float | None = None) -> str:
    row = Vendor(name=name, currency="EUR", lead_time_mean=mean, lead_time_sd=sd)
    session.add(row)
    session.flush()
    return row.id


def run(shop: Shop, name: str, **arguments: str) -> None:
    """Do the store's job `name`, as a worker would."""
    with shop.session() as session:
        ledger.enqueue(
            session, name, store_id=shop.store_id, arguments=arguments, dedupe_key=f"{name}:test"
        )
    with shop.session() as session:
        claim = ledger.claim(session, worker="test", names=(name,))
    assert claim
    with shop.app.app_context():
        keyring = shop.app.extensions["shopapp_keys"].keyring
        context = JobContext(claim, shop.config, keyring)
        registry.find(name)(context, **claim.arguments)


def measure(session: Session) -> dict[str, ProductVelocity]:
    """Measure everything; the rows of the rate that is used, by SKU."""
    measuring.measure_at_once(session)
    session.expire_all()
    rows = session.scalars(select(ProductVelocity).where(ProductVelocity.window_days == 0))
    return {row.sku or "": row for row in rows}
