"""DailySales from orders: which day, which orders, how much, and only when something changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select

from shopapp.catalog.models import Fulfillment, Order, OrderLine, Product, Variant
from shopapp.db import Session
from shopapp.jobs.models import Job
from shopapp.metrics import facts
from shopapp.metrics.models import DailySales, SalesSource
from tests import cast
from tests.conftest import OpenStore
from tests.jobs.conftest import shop
from tests.jobs.scaffold import Shop
from tests.purchasing.measured import run, sell

__all__ = ["shop"]
BERLIN = ZoneInfo("Europe/Berlin")
DAY = date(2026, 3, 10)
_numbers = count(9000)


@pytest.fixture
def session(store_session: OpenStore) -> Session:
    """Harbor without the orders of the cast."""
    made = store_session("harbor")
    made.execute(delete(Order))
    return made


def tea(session: Session) -> Variant:
    return session.scalars(select(Variant).where(Variant.sku == "THING-1")).one()


def order(session: Session, placed: datetime, units: int = 2, **values: object) -> Order:
    number = next(_numbers)
    line = OrderLine(variant_id=tea(session).id, shopify_id=f"l{number}", position=1, title="Tea")
    line.quantity, line.price = units, Decimal("12.00")
    row = Order(
        shopify_id=str(number),
        name=f"#{number}",
        placed_at=placed,
        synced_at=placed,
        currency="EUR",
        total=Decimal(0),
        financial_status="paid",
        lines=[line],
    )
    for name, value in values.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    return row


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BERLIN)


def refreshed(session: Session) -> dict[date, int]:
    """The days with sales after a refresh: their units."""
    facts.refresh_days(session, facts.days_to_refresh(session))
    return {row.day: row.units for row in session.scalars(select(DailySales))}


def fact(session: Session) -> DailySales:
    refreshed(session)
    return session.scalars(select(DailySales)).one()


def test_a_day_is_the_stores_own(session: Session) -> None:
    order(session, datetime(2026, 3, 9, 23, 30, tzinfo=UTC))  # half past midnight in Berlin
    order(session, at(23, 59))
    order(session, at(0, 0, DAY + timedelta(days=1)))
    assert refreshed(session) == {DAY: 4, DAY + timedelta(days=1): 2}


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25)])
def test_a_day_of_clock_change_is_shorter_or_longer(day: tuple[int, ...], hours: int) -> None:
    begin, end = facts.bounds(date(*day), BERLIN)
    assert (end - begin) == timedelta(hours=hours)


def test_orders_round_a_clock_change_keep_their_day(session: Session) -> None:
    spring = date(2026, 3, 29)
    for day in (spring, spring + timedelta(days=1)):
        order(session, at(0, 0, day), 1)
        order(session, at(23, 59, day), 10)
    assert refreshed(session) == {spring: 11, spring + timedelta(days=1): 11}


def test_money_is_gross_less_discounts(session: Session) -> None:
    row = order(session, at(12), 3)
    row.lines[0].discount = Decimal("1.50")
    found = fact(session)
    assert (found.gross, found.discounts, found.returns, found.net) == (
        Decimal(36),
        Decimal("1.50"),
        Decimal(0),
        Decimal("34.50"),
    )
    assert found.source is SalesSource.ORDERS


def test_a_discount_of_the_whole_order_is_shared_by_value(session: Session) -> None:
    row = order(session, at(12), 1, subtotal=Decimal("27.00"))
    other = OrderLine(variant_id=second(session), shopify_id="x", position=2, title="Cup")
    other.quantity, other.price = 2, Decimal("12.00")
    row.lines.append(other)
    session.flush()
    refreshed(session)
    shares = session.scalars(select(DailySales.discounts).order_by(DailySales.discounts)).all()
    assert shares == [Decimal(3), Decimal(6)]


def test_money_in_another_currency_is_not_added(session: Session) -> None:
    order(session, at(12), 2, currency="USD")
    found = fact(session)
    assert (found.units, found.gross, found.net) == (2, 0, 0)


def test_what_was_cancelled_before_it_left_is_no_sale(session: Session) -> None:
    order(session, at(12), 1, cancelled_at=at(13))
    order(session, at(12), 1, financial_status="voided")
    sent = order(session, at(12), 4, cancelled_at=at(18))
    session.add(Fulfillment(order_id=sent.id, shopify_id="f", shipped_at=at(15)))
    order(session, at(12), 8, cancelled_at=at(18), fulfilled_at=at(17))
    assert refreshed(session) == {DAY: 12}


def test_a_gift_card_is_no_sale(session: Session) -> None:
    order(session, at(12))
    product = session.scalars(select(Product)).one()
    product.product_type = "Gift Card"
    session.flush()
    assert refreshed(session) == {}


def test_nothing_changed_is_nothing_written(session: Session) -> None:
    order(session, at(12))
    days = facts.days_to_refresh(session)
    assert facts.refresh_days(session, days) == 1
    assert facts.refresh_days(session, days) == 0


def test_an_order_that_changed_changes_its_day(session: Session) -> None:
    row = order(session, at(12))
    refreshed(session)
    row.lines[0].quantity = 5
    session.flush()
    assert refreshed(session) == {DAY: 5}
    row.cancelled_at = at(13)
    session.flush()
    assert refreshed(session) == {}


def test_orders_know_better_than_a_history_and_leave_the_rest_of_it(session: Session) -> None:
    sell(session, tea(session).id, {DAY: 9, DAY - timedelta(days=1): 7})
    order(session, at(12))
    assert refreshed(session) == {DAY: 2, DAY - timedelta(days=1): 7}
    sources = select(DailySales.source).order_by(DailySales.day)
    assert session.scalars(sources).all() == [SalesSource.IMPORT, SalesSource.ORDERS]


def test_only_days_of_orders_placed_or_mirrored_since_then_are_looked_at(session: Session) -> None:
    order(session, at(12, day=date(2026, 1, 5)))
    late = order(session, at(12, day=date(2026, 1, 7)))
    late.synced_at = at(12)
    order(session, at(12))
    session.flush()
    assert facts.days_to_refresh(session, DAY.isoformat()) == [date(2026, 1, 7), DAY]


def test_the_job_refreshes_and_lets_measuring_and_figures_follow(shop: Shop) -> None:
    run(shop, "metrics.facts")
    with shop.session() as session:
        found = session.scalars(select(DailySales)).one()
        day = (cast.NOON - timedelta(days=8)).date()
        assert (found.day, found.units) == (day, 4)
        names = set(session.scalars(select(Job.name)))
    assert {"purchasing.measure", "metrics.kpis"} <= names


def second(session: Session) -> str:
    cup = Variant(product_id=tea(session).product_id, shopify_id="cup", title="Cup", sku="CUP")
    session.add(cup)
    session.flush()
    return cup.id
