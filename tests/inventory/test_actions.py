"""Stock is remembered day by day: the most of a day, of one store, once."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from shopapp.catalog.models import InventoryLevel
from shopapp.db import Session
from shopapp.inventory.actions import remember_stock
from shopapp.inventory.models import StockSnapshot
from tests.conftest import OpenStore
from tests.jobs.conftest import shop
from tests.jobs.scaffold import Shop
from tests.purchasing.measured import article, run, today

__all__ = ["shop"]
DAY = date(2026, 3, 10)


def kept(session: Session) -> list[tuple[date, int]]:
    session.expire_all()
    rows = session.execute(select(StockSnapshot.day, StockSnapshot.available))
    return sorted((day, available) for day, available in rows)


def test_a_day_keeps_the_most_that_was_available(store_session: OpenStore) -> None:
    session = store_session("harbor")
    article(session, "A", stock=5)
    level = session.scalars(select(InventoryLevel)).one()
    for available in (5, 9, 2):
        level.available = available
        session.flush()
        remember_stock(session, DAY)
    assert kept(session) == [(DAY, 9)]
    remember_stock(session, DAY + timedelta(days=1))
    assert kept(session) == [(DAY, 9), (DAY + timedelta(days=1), 2)]


def test_only_the_stores_own_stock_is_remembered(store_session: OpenStore) -> None:
    harbor, hill = store_session("harbor"), store_session("hill")
    article(harbor, "A", stock=5)
    remember_stock(harbor, DAY)
    harbor.commit()
    remember_stock(hill, DAY)
    assert kept(hill) == []


def test_the_job_remembers_today(shop: Shop) -> None:
    with shop.session() as session:
        article(session, "A", stock=5)
    run(shop, "inventory.snapshot")
    with shop.session() as session:
        assert kept(session) == [(today(), 5)]
