"""What measuring reads: each variant's sales, snapshots and stock, batch by batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from shopapp.catalog.models import InventoryLevel, Location, Product, Variant
from shopapp.db import Session
from shopapp.inventory.models import ProductVelocity, StockSnapshot
from shopapp.inventory.velocity import SPAN, History
from shopapp.metrics.models import DailySales


@dataclass(frozen=True, slots=True)
class Article:
    """A variant as measuring needs it; `available` is None when its stock is not known."""

    variant_id: str
    sku: str | None
    vendor_name: str | None
    is_discontinued: bool
    oversells: bool
    available: int | None
    history: History


def everywhere(session: Session) -> str | None:
    """The id of the row for all locations together."""
    return session.scalar(select(Location.id).where(Location.is_all).limit(1))


def measured_for(session: Session) -> date | None:
    """The day of the latest measurement."""
    return session.scalar(select(func.max(ProductVelocity.recorded_for)))


def count(session: Session) -> int:
    """How many variants there are to measure."""
    return session.scalar(select(func.count(Variant.id))) or 0


def articles(
    session: Session, *, as_of: date, is_today: bool, after: str, size: int
) -> Sequence[Article]:
    """The next `size` variants behind the id `after`, with their histories; four statements.

    Stock is today's: it ends a run without sales only when `as_of` is today.
    """
    rows = _variants(session, after, size)
    if not rows:
        return []
    first, last = rows[0].id, rows[-1].id
    sold, began = _sold(session, first, last, as_of), _began(session, first, last, as_of)
    stocked = _stocked(session, first, last, as_of)
    return [
        _article(
            row,
            History(
                as_of,
                sold.get(row.id, {}),
                stocked.get(row.id, {}),
                began.get(row.id),
                is_empty=is_today and row.available is not None and row.available <= 0,
                oversells=row.inventory_policy == "continue",
            ),
        )
        for row in rows
    ]


def _variants(session: Session, after: str, size: int) -> Sequence[Any]:
    level = (
        select(InventoryLevel.variant_id, InventoryLevel.available)
        .join(Location, Location.id == InventoryLevel.location_id)
        .where(Location.is_all)
        .subquery()
    )
    return session.execute(
        select(
            Variant.id,
            Variant.sku,
            Variant.inventory_policy,
            Product.vendor_name,
            Product.status,
            level.c.available,
        )
        .join(Product, Product.id == Variant.product_id)
        .outerjoin(level, level.c.variant_id == Variant.id)
        .where(Variant.id > after)
        .order_by(Variant.id)
        .limit(size)
    ).all()


def _article(row: Any, history: History) -> Article:
    return Article(
        row.id,
        row.sku,
        row.vendor_name,
        row.status == "archived",
        row.inventory_policy == "continue",
        row.available,
        history,
    )


def _sold(session: Session, first: str, last: str, as_of: date) -> Mapping[str, dict[date, int]]:
    """Units by variant and day over the span, only days on which something sold."""
    sold: dict[str, dict[date, int]] = defaultdict(dict)
    for variant_id, day, units in session.execute(
        select(DailySales.variant_id, DailySales.day, DailySales.units).where(
            DailySales.variant_id.between(first, last),
            DailySales.day >= as_of - timedelta(days=SPAN),
            DailySales.day < as_of,
            DailySales.units > 0,
        )
    ):
        sold[variant_id][day] = units
    return sold


def _began(session: Session, first: str, last: str, as_of: date) -> Mapping[str, date]:
    rows = session.execute(
        select(DailySales.variant_id, func.min(DailySales.day))
        .where(DailySales.variant_id.between(first, last), DailySales.day < as_of)
        .group_by(DailySales.variant_id)
    )
    return dict(rows.all())


def _stocked(
    session: Session, first: str, last: str, as_of: date
) -> Mapping[str, dict[date, bool]]:
    stocked: dict[str, dict[date, bool]] = defaultdict(dict)
    for variant_id, day, available in session.execute(
        select(StockSnapshot.variant_id, StockSnapshot.day, StockSnapshot.available)
        .join(Location, Location.id == StockSnapshot.location_id)
        .where(
            Location.is_all,
            StockSnapshot.variant_id.between(first, last),
            StockSnapshot.day >= as_of - timedelta(days=SPAN),
            StockSnapshot.day < as_of,
        )
    ):
        stocked[variant_id][day] = available > 0
    return stocked
