"""Measuring a store: from facts, stock, vendors and open orders to ProductVelocity."""

from __future__ import annotations

import math
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, update

from shopapp.catalog.actions import everywhere
from shopapp.catalog.models import Variant
from shopapp.db import Session
from shopapp.inventory.models import ProductVelocity
from shopapp.jobs.models import Job
from shopapp.metrics.models import DailySales
from shopapp.purchasing.actions import measuring
from shopapp.purchasing.models import (
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderStatus,
    VendorItem,
)
from tests.conftest import OpenStore
from tests.jobs.conftest import shop
from tests.jobs.scaffold import Shop
from tests.purchasing.measured import article, measure, run, today, vendor

__all__ = ["shop"]


@pytest.fixture
def session(store_session: OpenStore) -> Session:
    """Harbor's session."""
    return store_session("harbor")


def test_a_steady_seller_is_measured_by_hand(session: Session) -> None:
    vendor(session, "Leaf & Co", 10, 0)
    article(session, "STEADY", stock=12, daily=3, vendor="Leaf & Co")
    row = measure(session)["STEADY"]
    assert row.average_daily_sales == pytest.approx(3)
    assert (row.in_stock_days, row.current_inventory, row.incoming) == (90, 12, 0)
    assert row.days_of_cover == pytest.approx(4)
    assert (row.safety_stock, row.reorder_point) == (0, 30)
    assert row.recommended_reorder_quantity == 30 + 90 - 12
    assert row.projected_stockout_date == today() + timedelta(days=4)  # gone by the end of day 5
    assert row.stockout_low == row.stockout_high == row.projected_stockout_date
    assert row.reasons[0] == "Sells 3.0 a day, 4 days left, vendor takes 10 days."
    assert row.method == "classic formula"


def test_every_window_has_its_row(session: Session) -> None:
    variant = article(session, "WINDOWS", stock=5, daily=2, days=30)
    measure(session)
    rows = session.execute(
        select(ProductVelocity.window_days, ProductVelocity.average_daily_sales)
        .where(ProductVelocity.variant_id == variant)
        .order_by(ProductVelocity.window_days)
    ).all()
    assert [row.window_days for row in rows] == [0, 7, 30, 90]
    assert [row.average_daily_sales for row in rows] == pytest.approx([2, 2, 2, 2])


def test_what_is_sent_or_approved_counts_and_what_is_drafted_does_not(session: Session) -> None:
    seller = vendor(session, "Leaf & Co", 10, 0)
    variant = article(session, "ORDERED", stock=12, daily=3, vendor="Leaf & Co")
    for status, units in (("sent", 10), ("approved", 5), ("draft", 70), ("cancelled", 80)):
        order = PurchaseOrder(
            location_id=everywhere(session).id,
            vendor_id=seller,
            currency="EUR",
            status=PurchaseOrderStatus(status),
        )
        line = PurchaseOrderLine(variant_id=variant, position=1, title="Tea", quantity=units)
        line.unit_cost, line.received = Decimal(1), 4 if status == "sent" else 0
        order.lines = [line]
        session.add(order)
    session.flush()
    row = measure(session)["ORDERED"]
    assert row.incoming == 10 - 4 + 5
    assert row.recommended_reorder_quantity == 120 - 12 - 11
    # eleven more arrive on day ten, long after the last of twelve is sold
    assert row.projected_stockout_date == today() + timedelta(days=4)


def test_minimum_pack_and_own_lead_time_come_from_the_vendors_article(session: Session) -> None:
    seller = vendor(session, "Leaf & Co", 10, 0)
    variant = article(session, "PACKED", stock=0, daily=3, vendor=" Leaf & Co ")
    session.add(
        VendorItem(
            vendor_id=seller,
            variant_id=variant,
            minimum_quantity=100,
            pack_size=48,
            lead_time_days=20,
        )
    )
    row = measure(session)["PACKED"]
    assert row.reorder_point == 60
    assert row.recommended_reorder_quantity == math.ceil(150 / 48) * 48


def test_an_unknown_vendor_takes_fourteen_days_and_says_so(session: Session) -> None:
    article(session, "LONELY", stock=5, daily=1)
    row = measure(session)["LONELY"]
    assert row.reorder_point == 14
    assert "14 days (assumed)" in row.reasons[0]


def test_unknown_stock_suggests_nothing(session: Session) -> None:
    article(session, "UNSEEN", daily=5)
    row = measure(session)["UNSEEN"]
    assert (row.days_of_cover, row.recommended_reorder_quantity) == (None, 0)
    assert row.reorder_point == 70
    assert "Its stock is not known, so nothing is suggested." in row.reasons


def test_what_is_archived_sells_out(session: Session) -> None:
    article(session, "OVER", stock=1, daily=5, status="archived")
    row = measure(session)["OVER"]
    assert row.recommended_reorder_quantity == 0
    assert row.projected_stockout_date == today()


def test_backlog_is_ordered_too(session: Session) -> None:
    article(session, "OWED", stock=-6, daily=1)
    assert measure(session)["OWED"].recommended_reorder_quantity == 14 + 30 + 6


def test_measuring_twice_says_the_same_once(session: Session) -> None:
    article(session, "ONE", stock=5, daily=1)
    first = {sku: told(row) for sku, row in measure(session).items()}
    second = {sku: told(row) for sku, row in measure(session).items()}
    assert first == second
    rows = session.scalar(select(func.count(ProductVelocity.id)))
    assert rows == 4 * session.scalar(select(func.count(Variant.id)))


def test_a_history_that_ended_is_judged_by_its_end(session: Session) -> None:
    article(session, "OLD", stock=5, daily=4, until=400)
    row = measure(session)["OLD"]
    assert row.recorded_for == today() - timedelta(days=399)
    assert row.average_daily_sales == pytest.approx(4)


def test_a_newer_history_replaces_the_old_judgement(session: Session) -> None:
    variant = article(session, "OLD", stock=5, daily=4, until=400)
    measure(session)
    session.execute(
        update(DailySales)
        .where(DailySales.variant_id == variant, DailySales.units == 4)
        .values(units=8),
        execution_options={"synchronize_session": False},
    )
    article(session, "NEW", stock=5, daily=4)
    rows = measure(session)
    assert {row.recorded_for for row in rows.values()} == {today()}
    assert rows["OLD"].average_daily_sales == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize(("days", "back"), [(1, 0), (7, 0), (8, 7), (5000, 4999)])
def test_the_day_to_measure_follows_from_the_last_sale(days: int, back: int) -> None:
    day = date(2026, 11, 20)
    last = day - timedelta(days=days)
    assert measuring.day_to_measure(last, day) == day - timedelta(days=back)
    assert measuring.day_to_measure(None, day) == day


def test_the_job_measures_in_batches_with_progress_and_lets_planning_follow(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "_TOGETHER", 2)
    with shop.session() as session:
        for number in range(5):
            article(session, f"MANY-{number}", stock=5, daily=1)
    run(shop, measuring.JOB)
    with shop.session() as session:
        measured = select(func.count(ProductVelocity.id)).where(ProductVelocity.window_days == 0)
        assert session.scalar(measured) == 6  # with the one of the cast
        jobs = {job.name: job for job in session.scalars(select(Job))}
        assert (jobs[measuring.JOB].progress_done, jobs[measuring.JOB].progress_total) == (6, 6)
        assert "purchasing.plan" in jobs


def told(row: ProductVelocity) -> tuple[object, ...]:
    left_out = {"id", "created_at", "updated_at"}
    columns = ProductVelocity.__table__.columns
    return tuple(
        repr(getattr(row, column.name)) for column in columns if column.name not in left_out
    )
