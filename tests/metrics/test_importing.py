"""A sales history: what is new, changed, refused; twice the same; a real shop's year."""

from __future__ import annotations

import csv
import gzip
import os
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from shopapp import clock
from shopapp.catalog.models import Product, Variant
from shopapp.config import ROOT
from shopapp.db import ReadOnly, Session
from shopapp.metrics.importing import SALES_HISTORY
from shopapp.metrics.models import DailySales, SalesSource
from shopapp.sheets.importing import Report
from shopapp.sheets.reading import Unreadable
from tests.conftest import OpenStore

DATA = Path(os.environ.get("SHOPAPP_DATA", ROOT / "../shared/data")).resolve()
FILE = DATA / "demand" / "online_retail_ii_2010.csv.gz"


@pytest.fixture
def session(store_session: OpenStore) -> Session:
    """Harbor's session."""
    return store_session("harbor")


def bring(
    session: Session, *rows: str, header: str = "sku,date,units", write: bool = True
) -> Report:
    content = "\n".join((header, *rows)).encode()
    return SALES_HISTORY.run(session, content, {}, write=write, progress=lambda _done, _all: None)


def sold(session: Session) -> dict[tuple[str, date], int]:
    rows = session.execute(
        select(Variant.sku, DailySales.day, DailySales.units).join(
            Variant, Variant.id == DailySales.variant_id
        )
    )
    return {(sku or "", day): units for sku, day, units in rows}


DAY = date(2026, 1, 5)


def test_a_history_becomes_facts_of_the_variants_with_those_skus(session: Session) -> None:
    report = bring(session, "THING-1,2026-01-05,4,12.50", header="sku,date,units,price")
    assert report.counts == {"new days": 1}
    fact = session.scalars(select(DailySales)).one()
    assert (fact.units, fact.gross, fact.net) == (4, Decimal(50), Decimal(50))
    assert fact.source is SalesSource.IMPORT
    assert report.since == DAY


def test_without_a_price_the_variants_own_counts(session: Session) -> None:
    session.scalars(select(Variant)).one().price = Decimal("12.00")
    bring(session, "THING-1,2026-01-05,4")
    assert session.scalars(select(DailySales.gross)).one() == 48


def test_a_sku_nobody_sells_becomes_a_product(session: Session) -> None:
    rows = ("A b/1,2026-01-05,4,2.50", "A b/1,2026-01-06,1,3.00", "a-b-1,2026-01-06,1,")
    report = bring(session, *rows, header="sku,date,units,price")
    assert report.counts == {"new products": 2, "new days": 3}
    found = session.scalars(select(Product).order_by(Product.handle)).all()
    assert [(row.title, row.handle) for row in found if row.handle.startswith("a-")] == [
        ("A b/1", "a-b-1"),
        ("a-b-1", "a-b-1-2"),
    ]
    variant = session.scalars(select(Variant).where(Variant.sku == "A b/1")).one()
    assert (variant.price, variant.shopify_id) == (Decimal(3), "csv/a-b-1/Default Title")


def test_rows_of_one_sku_and_day_are_added_up(session: Session) -> None:
    report = bring(session, "THING-1,2026-01-05,4", "THING-1,2026-01-05,5")
    assert report.counts == {"new days": 1}
    assert sold(session) == {("THING-1", DAY): 9}


def test_a_check_changes_nothing_and_foretells_the_same(store_session: OpenStore) -> None:
    reading = store_session("harbor")
    reading.reading = True
    rows = ("NEW,2026-01-05,4", "THING-1,2026-01-05,x")
    foretold = bring(reading, *rows, write=False)
    with pytest.raises(ReadOnly):
        bring(reading, *rows)
    reading.rollback()
    done = bring(store_session("harbor"), *rows)
    assert foretold == done
    assert sold(reading) == {}


def test_the_same_file_twice_changes_nothing(session: Session) -> None:
    rows = ("NEW,2026-01-05,4", "THING-1,2026-01-05,2")
    bring(session, *rows)
    before = session.scalars(select(DailySales.id).order_by(DailySales.id)).all()
    report = bring(session, *rows)
    assert report.counts == {"unchanged days": 2}
    assert report.since is None
    assert session.scalars(select(DailySales.id).order_by(DailySales.id)).all() == before


def test_another_number_replaces_the_old_one(session: Session) -> None:
    bring(session, "THING-1,2026-01-05,2", "THING-1,2026-01-06,2")
    report = bring(session, "THING-1,2026-01-05,3")
    assert report.counts == {"updated days": 1}
    assert sold(session) == {("THING-1", DAY): 3, ("THING-1", DAY + timedelta(days=1)): 2}


def test_what_is_known_from_orders_is_kept(session: Session) -> None:
    bring(session, "THING-1,2026-01-05,2")
    session.scalars(select(DailySales)).one().source = SalesSource.ORDERS
    session.flush()
    assert bring(session, "THING-1,2026-01-05,9").counts == {"days kept from orders": 1}
    assert sold(session) == {("THING-1", DAY): 2}


@pytest.mark.parametrize(
    ("row", "column", "part"),
    [
        (",2026-01-05,4", "sku", "missing"),
        ("X,2026-01-05,", "units", "missing"),
        ("X,2026-01-05,-2", "units", "negative"),
        ("X,2026-01-05,1.5", "units", "whole number"),
        ("X,2026-01-05,99999999", "units", "cannot be right"),
        ("X,05.01.2026,4", "date", "not a day"),
        ("X,2026-02-30,4", "date", "not a day"),
        ("X,,4", "date", "not a day"),
        ("X,1889-01-05,4", "date", "too long ago"),
        ("X,{future},4", "date", "in the future"),
        ("X,2026-01-05,4,5", "", "cells"),
    ],
)
def test_a_bad_row_is_named_and_left_out(
    session: Session, row: str, column: str, part: str
) -> None:
    future = clock.now().date() + timedelta(days=40)
    report = bring(session, "THING-1,2026-01-05,1", row.format(future=future))
    assert (report.rows, report.refused) == (2, 1)
    (problem,) = report.problems
    assert (problem.line, problem.column) == (3, column)
    assert part in problem.message
    assert len(sold(session)) == 1


def test_a_sku_of_two_variants_is_refused(session: Session) -> None:
    product = session.scalars(select(Product)).one()
    twin = Variant(product_id=product.id, shopify_id="twin", title="Twin", sku="THING-1")
    session.add(twin)
    session.flush()
    report = bring(session, "THING-1,2026-01-05,1", "THING-1,2026-01-06,1", "B,2026-01-06,1")
    assert report.refused == 2
    assert "2 variants have the SKU" in report.problems[0].message
    assert list(sold(session)) == [("B", DAY + timedelta(days=1))]


def test_a_file_without_the_columns_is_refused_whole(session: Session) -> None:
    with pytest.raises(Unreadable, match="“units”"):
        bring(session, "A,2026-01-05", header="sku,date")


def test_a_stranger_store_keeps_its_own(store_session: OpenStore) -> None:
    harbor = store_session("harbor")
    bring(harbor, "THING-1,2026-01-05,1")
    harbor.commit()
    assert sold(store_session("hill")) == {}


@pytest.mark.slow
@pytest.mark.skipif(not FILE.exists(), reason=f"the demand data are not at {FILE}")
def test_a_real_shops_year_comes_in_whole_and_only_once(session: Session) -> None:
    content = FILE.read_bytes()
    steps: list[int] = []

    def note(done: int, _total: int | None) -> None:
        steps.append(done)

    report = SALES_HISTORY.run(session, content, {}, write=True, progress=note)
    with gzip.open(FILE, "rt") as file:
        rows = list(csv.DictReader(file))
    skus = {row["sku"] for row in rows}
    assert (report.rows, report.refused) == (len(rows), 0)
    assert report.counts == {"new products": len(skus), "new days": len(rows)}
    assert steps[-1] == len(rows)
    units = session.scalar(select(func.sum(DailySales.units)))
    assert units == sum(int(row["units"]) for row in rows)
    again = SALES_HISTORY.run(session, content, {}, write=True, progress=note)
    assert again.counts == {"unchanged days": len(rows)}
