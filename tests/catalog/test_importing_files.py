"""Shopify's own exports, as they really are, come in whole; twice changes nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import func, select

from shopapp.catalog.importing.orders import ORDERS
from shopapp.catalog.importing.products import PRODUCTS
from shopapp.catalog.models import InventoryLevel, Order, OrderLine, Product, Variant
from shopapp.config import ROOT
from shopapp.db import Base, Session
from shopapp.sheets.importing import Importer, Report
from tests.conftest import OpenStore

FILES = Path(os.environ.get("SHOPAPP_DATA", ROOT / "../shared/data")).resolve() / "shopify-csv"
NAMES = ("apparel.csv", "home-and-garden.csv", "jewelery.csv", "orders_export.csv")
TABLES: tuple[type[Base], ...] = (Product, Variant, InventoryLevel, Order, OrderLine)


@pytest.fixture(params=NAMES)
def file(request: pytest.FixtureRequest) -> tuple[Importer, bytes]:
    path = FILES / str(request.param)
    if not path.exists():
        pytest.skip(f"no files in {FILES}: set SHOPAPP_DATA")
    return (ORDERS if "orders" in path.name else PRODUCTS), path.read_bytes()


def ran(session: Session, file: tuple[Importer, bytes], *, write: bool = True) -> Report:
    importer, content = file
    return importer.run(session, content, {}, write=write, progress=lambda done, total: None)


def rows(session: Session) -> list[int]:
    return [session.scalar(select(func.count(table.id))) or 0 for table in TABLES]


def test_every_row_comes_in(store_session: OpenStore, file: tuple[Importer, bytes]) -> None:
    report = ran(store_session("harbor"), file)
    assert report.rows
    assert not report.refused
    assert report.problems == []


def test_twice_changes_nothing_and_says_so(
    store_session: OpenStore, file: tuple[Importer, bytes]
) -> None:
    session = store_session("harbor")
    ran(session, file)
    session.commit()
    before = rows(session)
    again = ran(session, file)
    assert not session.dirty
    assert rows(session) == before
    words = {word for word in again.counts if word.startswith(("new", "updated"))}
    assert words == set(), again.counts
    assert any(word.startswith("unchanged") for word in again.counts)


def test_checking_counts_the_same_and_writes_nothing(
    store_session: OpenStore, file: tuple[Importer, bytes]
) -> None:
    reading = store_session("harbor")
    reading.reading = True
    before = rows(reading)
    checked = ran(reading, file, write=False)
    assert rows(reading) == before
    reading.rollback()
    assert checked.counts == ran(store_session("harbor"), file).counts
