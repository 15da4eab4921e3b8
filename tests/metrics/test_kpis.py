"""The key figures against what a person adds up by hand, and what is said when nothing is known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import delete, select

from shopapp import clock
from shopapp.catalog.models import Order, Variant
from shopapp.db import Session
from shopapp.metrics import actions, kpis
from shopapp.metrics.kpis import Day, Span
from shopapp.metrics.models import DailySales, KpiCache, SalesSource
from tests import cast
from tests.conftest import OpenStore
from tests.jobs.scaffold import Shop, shop

__all__ = ["shop"]

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
WEEK = kpis.span(7, TODAY)


@pytest.fixture
def harbor(store_session: OpenStore, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Harbor on a Saturday morning, without the cast's orders."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    session = store_session("harbor")
    session.execute(delete(Order))
    return session


def sold(session: Session, day: date, units: int, net: str) -> None:
    variant = session.scalars(select(Variant)).one()
    session.add(
        DailySales(
            variant_id=variant.id,
            day=day,
            units=units,
            gross=Decimal(net),
            net=Decimal(net),
            source=SalesSource.ORDERS,
        )
    )


def placed(session: Session, at: datetime, total: str, **more: object) -> None:
    number = session.query(Order).count() + 1
    values = {
        "shopify_id": f"9{number}",
        "name": f"#9{number}",
        "placed_at": at,
        "currency": "EUR",
        "total": Decimal(total),
        "financial_status": "paid",
        "synced_at": at,
    }
    session.add(Order(**values | more))
    session.flush()


def cached(session: Session, key: str, days: int) -> dict[str, object]:
    rows = session.scalars(select(KpiCache).where(KpiCache.metric_key == key)).all()
    span = kpis.span(days, TODAY)
    (row,) = [
        each for each in rows if (each.range_start, each.range_end) == (span.first, span.last)
    ]
    return row.payload


def test_a_range_ends_with_yesterday() -> None:
    assert Span(date(2026, 11, 14), date(2026, 11, 20)) == WEEK
    assert WEEK.before == Span(date(2026, 11, 7), date(2026, 11, 13))
    assert (WEEK.days, WEEK.before.days) == (7, 7)


def test_every_figure_by_hand(harbor: Session) -> None:
    friday, monday = date(2026, 11, 20), date(2026, 11, 16)
    sold(harbor, friday, 3, "30.00")
    sold(harbor, monday, 1, "9.99")
    sold(harbor, date(2026, 11, 10), 2, "20.00")
    sold(harbor, date(2026, 10, 1), 1, "1.00")
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    placed(harbor, noon, "40.00", subtotal=Decimal("30.00"))
    placed(harbor, noon, "20.00", financial_status="partially_refunded")
    placed(harbor, noon, "99.00", cancelled_at=noon)
    placed(harbor, noon - timedelta(days=4), "10.00", refunded=Decimal(10))
    placed(harbor, noon - timedelta(days=10), "30.00")
    placed(harbor, noon - timedelta(days=50), "5.00")
    actions.refresh(harbor)
    harbor.flush()
    expected = {
        "net_sales": ("39.9900", "20.0000"),
        "units": ("4", "2"),
        "orders": ("3", "1"),
        "average_order_value": ("20.0000", "30.0000"),  # 30 + 20 + 10 over three
        "refund_rate": ("66.6667", "0.0000"),
    }
    for key, values in expected.items():
        told = cached(harbor, key, 7)
        numbers = [Decimal(str(told[name])) for name in ("value", "previous")]
        assert numbers == [Decimal(each) for each in values], key
    series = cached(harbor, "units", 7)["series"]
    assert series == ["0", "0", "1", "0", "0", "0", "3"]
    assert cached(harbor, "average_order_value", 7)["series"][0] is None  # type: ignore[index]


def test_an_order_counts_on_the_store_s_own_day(harbor: Session) -> None:
    """23:30 UTC on the 13th is the 14th in Berlin; 23:30 on the 20th is today already."""
    placed(harbor, datetime(2026, 11, 13, 23, 30, tzinfo=UTC), "10.00")
    placed(harbor, datetime(2026, 11, 20, 23, 30, tzinfo=UTC), "10.00")
    actions.refresh(harbor)
    harbor.flush()
    told = cached(harbor, "orders", 7)
    assert (told["value"], told["series"]) == ("1", ["1", "0", "0", "0", "0", "0", "0"])


def test_without_data_there_is_a_reason_and_no_zero(harbor: Session) -> None:
    actions.refresh(harbor)
    harbor.flush()
    for kpi in kpis.KPIS:
        told = cached(harbor, kpi.key, 30)
        assert told["value"] is None
        assert "known yet" in str(told["reason"])


def test_a_quiet_week_is_a_zero_but_a_ratio_of_it_is_not(harbor: Session) -> None:
    placed(harbor, NOW - timedelta(days=60), "10.00")
    actions.refresh(harbor)
    harbor.flush()
    assert cached(harbor, "orders", 7)["value"] == "0"
    told = cached(harbor, "refund_rate", 7)
    assert (told["value"], told["reason"]) == (None, "No orders in these days.")


def test_a_short_history_is_compared_with_nothing(harbor: Session) -> None:
    placed(harbor, NOW - timedelta(days=9), "10.00")
    placed(harbor, NOW - timedelta(days=2), "10.00")
    actions.refresh(harbor)
    harbor.flush()
    told = cached(harbor, "orders", 7)
    assert (told["value"], told["previous"]) == ("1", None)


def test_working_them_out_again_changes_the_same_rows(harbor: Session) -> None:
    placed(harbor, NOW - timedelta(days=2), "10.00")
    actions.refresh(harbor)
    harbor.flush()
    before = set(harbor.scalars(select(KpiCache.id)))
    placed(harbor, NOW - timedelta(days=2), "10.00")
    actions.refresh(harbor)
    harbor.flush()
    assert set(harbor.scalars(select(KpiCache.id))) == before
    assert len(before) == len(kpis.KPIS) * len(kpis.RANGES)
    assert cached(harbor, "orders", 7)["value"] == "2"


def test_old_ranges_are_forgotten(harbor: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    actions.refresh(harbor)
    harbor.flush()
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=9))
    actions.refresh(harbor)
    harbor.flush()
    ends = set(harbor.scalars(select(KpiCache.range_end)))
    assert ends == {date(2026, 11, 29)}


def test_another_store_s_orders_do_not_count(harbor: Session, store_session: OpenStore) -> None:
    harbor.commit()
    hill = store_session("hill")
    placed(hill, NOW - timedelta(days=2), "10.00")
    hill.commit()
    placed(harbor, NOW - timedelta(days=2), "10.00")
    actions.refresh(harbor)
    harbor.flush()
    assert cached(harbor, "orders", 7)["value"] == "1"


def test_the_job_works_them_out_for_six_hours(shop: Shop) -> None:
    from shopapp.jobs import worker

    with shop.session() as session:
        actions.ask_for_figures(session)
        actions.ask_for_figures(session)
    assert worker.drain(shop.app) == 1
    with shop.session() as session:
        row = session.scalars(select(KpiCache).where(KpiCache.metric_key == "orders")).first()
        assert row is not None
        assert row.expires_at - row.refreshed_at == kpis.LIFE
        assert row.store_id == cast.HARBOR.id


def test_a_value_over_no_days_is_nothing_or_unknown() -> None:
    assert kpis.value(kpis.NET_SALES, []) == 0
    assert kpis.value(kpis.AVERAGE, []) is None
    assert kpis.value(kpis.AVERAGE, [Day(TODAY, orders=3, goods=Decimal(10))]) == Decimal("3.3333")
