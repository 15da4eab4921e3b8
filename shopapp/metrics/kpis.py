"""The commerce key figures: what each means, worked out from daily sales and orders, and cached."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, and_, case, column, func, or_, select, values

from shopapp.catalog.models import Order
from shopapp.columns import UtcDateTime
from shopapp.db import Session
from shopapp.metrics.models import DailySales, KpiCache
from shopapp.money import exact
from shopapp.tenancy import store_of

RANGES = (7, 30, 90)
"""The days a range may have. It ends with yesterday, so that two ranges hold whole days only."""
LIFE = timedelta(hours=6)
KEPT = timedelta(days=7)
_ZERO = Decimal(0)
_REFUNDED = ("refunded", "partially_refunded")


class Unit(enum.StrEnum):
    MONEY = "money"
    COUNT = "count"
    PERCENT = "percent"
    MINUTES = "minutes"


@dataclass(frozen=True, slots=True)
class Kpi:
    """A key figure. `meaning` is its definition for people; `is_cost` when less is better."""

    key: str
    label: str
    unit: Unit
    meaning: str
    is_cost: bool = False


NET_SALES = Kpi(
    "net_sales",
    "Net sales",
    Unit.MONEY,
    "Gross sales less discounts and returns, without tax and shipping.",
)
ORDERS = Kpi("orders", "Orders", Unit.COUNT, "Orders placed, without those that were cancelled.")
AVERAGE = Kpi(
    "average_order_value",
    "Average order value",
    Unit.MONEY,
    "Value of the goods after discounts, divided by the orders.",
)
UNITS = Kpi("units", "Units sold", Unit.COUNT, "Pieces sold in these days.")
REFUND_RATE = Kpi(
    "refund_rate",
    "Refund rate",
    Unit.PERCENT,
    "Orders of these days that were refunded, wholly or in part.",
    is_cost=True,
)
KPIS = (NET_SALES, ORDERS, AVERAGE, UNITS, REFUND_RATE)


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on one day of the store's time zone; money in its currency.

    `net` and `units` come from the daily sales facts, the rest from the orders placed that day:
    how many, the value of their goods after discounts, and how many were refunded.
    """

    day: date
    net: Decimal = _ZERO
    units: int = 0
    orders: int = 0
    goods: Decimal = _ZERO
    refunded: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """The days first to last, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Span:
        """As many days right before."""
        return Span(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def span(days: int, today: date) -> Span:
    """The `days` days that end with yesterday."""
    return Span(today - timedelta(days=days), today - timedelta(days=1))


def value(kpi: Kpi, days: Iterable[Day]) -> Decimal | None:
    """The figure over these days; None for a ratio without orders."""
    rows = list(days)
    orders = sum(each.orders for each in rows)
    if kpi is NET_SALES:
        return sum((each.net for each in rows), _ZERO)
    if kpi is UNITS:
        return Decimal(sum(each.units for each in rows))
    if kpi is ORDERS:
        return Decimal(orders)
    if not orders:
        return None
    if kpi is AVERAGE:
        return exact(sum((each.goods for each in rows), _ZERO) / orders)
    return exact(Decimal(100 * sum(each.refunded for each in rows)) / orders)


def payload(kpi: Kpi, days: Sequence[Day], wanted: Span, since: date | None) -> dict[str, Any]:
    """What the cache keeps: value, previous value, daily series, or the reason for a dash.

    `since` is the first day of which anything is known: a range that begins before it is compared
    with nothing, one that ends before it has no value.
    """
    of_sales = kpi in (NET_SALES, UNITS)
    if since is None or since > wanted.last:
        what = "sales" if of_sales else "orders"
        return told(None, None, [], f"No {what} of these days are known yet.")
    inside = [each for each in days if each.day in wanted]
    found = value(kpi, inside)
    is_known = since <= wanted.before.first
    previous = value(kpi, (each for each in days if each.day in wanted.before))
    series = [value(kpi, [each]) for each in inside]
    reason = "" if found is not None else "No orders in these days."
    return told(found, previous if is_known else None, series, reason)


def told(
    found: Decimal | None,
    previous: Decimal | None,
    series: Sequence[Decimal | None],
    reason: str = "",
) -> dict[str, Any]:
    """A payload: decimals as text, so that nothing is rounded on the way."""
    return {
        "value": _text(found),
        "previous": _text(previous),
        "series": [_text(each) for each in series],
        "reason": reason,
    }


def daily(session: Session, wanted: Span, timezone: str) -> list[Day]:
    """Every day of a span, also those on which nothing happened, in two statements."""
    sold = {
        row.day: row
        for row in session.execute(
            select(
                DailySales.day,
                func.sum(DailySales.net).label("net"),
                func.sum(DailySales.units).label("units"),
            )
            .where(DailySales.day.between(wanted.first, wanted.last))
            .group_by(DailySales.day)
        )
    }
    placed = _placed(session, wanted, timezone)
    return [
        Day(
            day,
            net=sold[day].net if day in sold else _ZERO,
            units=int(sold[day].units) if day in sold else 0,
            **placed.get(day, {}),
        )
        for day in (wanted.first + timedelta(days=at) for at in range(wanted.days))
    ]


def first_days(session: Session, timezone: str) -> tuple[date | None, date | None]:
    """The first day with sales, and the first with an order."""
    sale = session.scalar(select(func.min(DailySales.day)))
    placed = session.scalar(select(func.min(Order.placed_at)))
    return sale, placed.astimezone(ZoneInfo(timezone)).date() if placed else None


def cached(session: Session, keys: Sequence[str], today: date) -> Sequence[KpiCache]:
    """What the cache holds of these figures, the newest range first; it may be days old."""
    return session.scalars(
        select(KpiCache)
        .where(KpiCache.metric_key.in_(keys), KpiCache.range_end >= today - KEPT)
        .order_by(KpiCache.range_end.desc(), KpiCache.metric_key)
    ).all()


def keep(
    session: Session,
    found: Mapping[tuple[str, Span], dict[str, Any]],
    *,
    source: str,
    now: datetime,
) -> None:
    """Write these figures over the cached ones, and forget the ranges nobody reads any more."""
    keys = sorted({key for key, _ in found})
    rows = session.scalars(select(KpiCache).where(KpiCache.metric_key.in_(keys))).all()
    known = {(row.metric_key, row.range_start, row.range_end): row for row in rows}
    newest = max(wanted.last for _, wanted in found)
    for row in rows:
        if row.range_end < newest - KEPT:
            session.delete(row)
    for (key, wanted), what in found.items():
        row = known.get((key, wanted.first, wanted.last)) or KpiCache(
            store_id=store_of(session),
            metric_key=key,
            range_start=wanted.first,
            range_end=wanted.last,
        )
        row.payload, row.source = what, source
        row.refreshed_at, row.expires_at = now, now + LIFE
        session.add(row)


def _placed(session: Session, wanted: Span, timezone: str) -> dict[date, dict[str, Any]]:
    """Orders by the store's own days, whose bounds are joined: no dialect's calendar counts."""
    zone = ZoneInfo(timezone)
    bounds = [
        (day, _midnight(day, zone), _midnight(day + timedelta(days=1), zone))
        for day in (wanted.first + timedelta(days=at) for at in range(wanted.days))
    ]
    columns = column("day", Date()), column("start", UtcDateTime()), column("stop", UtcDateTime())
    days = values(*columns, name="days").data(bounds).cte("days")
    is_that_day = and_(Order.placed_at >= days.c.start, Order.placed_at < days.c.stop)
    rows = session.execute(
        select(
            days.c.day,
            func.count(Order.id).label("orders"),
            func.sum(func.coalesce(Order.subtotal, Order.total)).label("goods"),
            func.count(case((_is_refunded(), Order.id))).label("refunded"),
        )
        .join(Order, is_that_day)
        .where(Order.cancelled_at.is_(None))
        .group_by(days.c.day)
    )
    return {
        row.day: {"orders": row.orders, "goods": row.goods, "refunded": row.refunded}
        for row in rows
    }


def _is_refunded() -> ColumnElement[bool]:
    return or_(Order.financial_status.in_(_REFUNDED), Order.refunded > _ZERO)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)
