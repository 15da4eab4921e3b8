"""DailySales from the mirrored orders: what each variant sold on each day of the store's zone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Float,
    Subquery,
    and_,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy import type_coerce as coerce

from shopapp import clock, ids
from shopapp.catalog.models import Fulfillment, Order, OrderLine, Product, Variant
from shopapp.columns import Amount
from shopapp.db import Session
from shopapp.jobs import ledger
from shopapp.jobs.context import JobContext
from shopapp.jobs.registry import handler
from shopapp.metrics.models import DailySales, SalesSource
from shopapp.stores.models import Store
from shopapp.tenancy import store_of

AFTERWARDS = ("purchasing.measure", "metrics.kpis")
_TOGETHER = 30  # days a transaction
_GIFT_CARDS = ("gift card", "gift cards", "gift_card")
_UNSYNCED = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Fact:
    """What one variant sold on one day; money in the store's currency."""

    units: int
    gross: Decimal
    discounts: Decimal
    source: SalesSource = SalesSource.ORDERS

    @property
    def values(self) -> dict[str, Any]:
        """The columns of DailySales that follow from it."""
        return {
            "units": self.units,
            "gross": self.gross,
            "discounts": self.discounts,
            "returns": Decimal(0),
            "net": self.gross - self.discounts,
            "source": self.source,
        }


@handler("metrics.facts")
def refresh(context: JobContext, since: str | None = None) -> None:
    """Bring the days of orders placed or mirrored since `since` up to date; without it, all days.

    `since` is an ISO date or moment. What follows from sales is measured afterwards.
    """
    with context.transaction() as session:
        days = days_to_refresh(session, since)
    for start in range(0, len(days), _TOGETHER):
        with context.transaction() as session:
            refresh_days(session, days[start : start + _TOGETHER])
            context.progress(min(start + _TOGETHER, len(days)), len(days))
    with context.transaction() as session:
        store_id = store_of(session)
        for name in AFTERWARDS:
            ledger.enqueue(
                session, name, store_id=store_id, arguments={}, dedupe_key=f"{name}:{store_id}"
            )


def days_to_refresh(session: Session, since: str | None = None) -> list[date]:
    """The days whose facts may have changed, oldest first."""
    zone = ZoneInfo(_store(session).timezone)
    placed = select(Order.placed_at).execution_options(yield_per=5_000)
    if since:
        moment = datetime.fromisoformat(since)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        placed = placed.where(or_(Order.placed_at >= moment, Order.synced_at >= moment))
    days = {moment.astimezone(zone).date() for moment in session.scalars(placed)}
    if not since:
        known = select(DailySales.day).where(DailySales.source == SalesSource.ORDERS).distinct()
        days.update(session.scalars(known))
    return sorted(days)


def refresh_days(session: Session, days: Iterable[date]) -> int:
    """Make the facts of these days say what the orders say; how many rows were written.

    Units and money count on the day of the order, discounts of the whole order by the lines'
    value. An order that was cancelled before anything of it was sent, or that is void, counts
    nothing; neither do gift cards, nor the money of an order in another currency. What a sales
    history said of a variant and day without orders stays; where there are orders, they are right.
    """
    store = _store(session)
    return sum(_refresh(session, store, day) for day in days)


def bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The moments at which a day begins and ends in `zone`: 23 to 25 hours apart."""
    begin = datetime.combine(day, time(), zone)
    return begin.astimezone(UTC), datetime.combine(day + timedelta(1), time(), zone).astimezone(UTC)


def _refresh(session: Session, store: Store, day: date) -> int:
    wanted, known = _wanted(session, store, day), _known(session, day)
    fresh = {variant: fact for variant, fact in wanted.items() if variant not in known}
    changed = [
        (known[variant][0], fact)
        for variant, fact in wanted.items()
        if variant in known and known[variant][1] != fact
    ]
    gone = [
        row
        for variant, (row, fact) in known.items()
        if variant not in wanted and fact.source is SalesSource.ORDERS
    ]
    _write(session, day, fresh)
    for row, fact in changed:
        mine = update(DailySales).where(DailySales.id == row)
        session.execute(
            mine.values(**fact.values, updated_at=clock.now()), execution_options=_UNSYNCED
        )
    if gone:
        lost = delete(DailySales).where(DailySales.id.in_(gone))
        session.execute(lost, execution_options=_UNSYNCED)
    return len(fresh) + len(changed) + len(gone)


def _write(session: Session, day: date, facts: Mapping[str, Fact]) -> None:
    now, store_id = clock.now(), store_of(session)
    same = {"store_id": store_id, "day": day, "created_at": now, "updated_at": now}
    rows = [
        {"id": ids.new_id(), "variant_id": variant, **fact.values, **same}
        for variant, fact in sorted(facts.items())
    ]
    if rows:
        session.execute(insert(DailySales), rows)


def _known(session: Session, day: date) -> dict[str, tuple[str, Fact]]:
    """The rows of a day: their id and what they say, by variant."""
    table = DailySales
    rows = session.execute(
        select(
            table.variant_id, table.id, table.units, table.gross, table.discounts, table.source
        ).where(table.day == day)
    )
    return {
        variant: (row, Fact(units, gross, discounts, source))
        for variant, row, units, gross, discounts, source in rows
    }


def _wanted(session: Session, store: Store, day: date) -> dict[str, Fact]:
    """What the orders of a day say, by variant."""
    begin, end = bounds(day, ZoneInfo(store.timezone))
    placed = (Order.placed_at >= begin, Order.placed_at < end)
    gross, discount = _gross(), coerce(OrderLine.discount, BigInteger)
    whole = _whole(*placed)
    ours = Order.currency == store.currency
    rows = session.execute(
        select(
            OrderLine.variant_id,
            cast(func.sum(OrderLine.quantity), BigInteger),
            _amount(case((ours, gross), else_=0)),
            _amount(case((ours, discount + _share(whole.c.gross, whole.c.discount)), else_=0)),
        )
        .join(Order, Order.id == OrderLine.order_id)
        .join(whole, whole.c.order_id == Order.id)
        .join(Variant, Variant.id == OrderLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .where(*placed, OrderLine.quantity > 0, _is_sale(), ~_is_gift_card())
        .group_by(OrderLine.variant_id)
    )
    return {
        variant: Fact(units, gross, discounts)
        for variant, units, gross, discounts in rows
        if variant is not None
    }


def _whole(*placed: ColumnElement[bool]) -> Subquery:
    """What each order's lines come to, in ten-thousandths."""
    return (
        select(
            OrderLine.order_id,
            func.sum(_gross()).label("gross"),
            func.sum(coerce(OrderLine.discount, BigInteger)).label("discount"),
        )
        .join(Order, Order.id == OrderLine.order_id)
        .where(*placed)
        .group_by(OrderLine.order_id)
        .subquery()
    )


def _gross() -> ColumnElement[int]:
    """A line's price times its quantity, in ten-thousandths."""
    return coerce(OrderLine.price, BigInteger) * OrderLine.quantity


def _share(gross: ColumnElement[int], discount: ColumnElement[int]) -> ColumnElement[int]:
    """A line's part of what the whole order was reduced by beyond its lines, by value."""
    rest = cast(gross - discount - coerce(Order.subtotal, BigInteger), Float)
    share = cast(func.round(_gross() * rest / gross), BigInteger)
    return case((and_(gross > 0, rest > 0, rest <= gross), share), else_=0)


def _amount(summed: ColumnElement[int]) -> ColumnElement[Decimal]:
    return coerce(cast(func.sum(summed), BigInteger), Amount())


def _is_sale() -> ColumnElement[bool]:
    sent_before = exists().where(
        Fulfillment.order_id == Order.id, Fulfillment.shipped_at <= Order.cancelled_at
    )
    stands = or_(Order.cancelled_at.is_(None), Order.fulfilled_at <= Order.cancelled_at)
    return and_(Order.financial_status != "voided", or_(stands, sent_before))


def _is_gift_card() -> ColumnElement[bool]:
    return func.lower(func.coalesce(Product.product_type, "")).in_(_GIFT_CARDS)


def _store(session: Session) -> Store:
    return session.get_one(Store, store_of(session))
