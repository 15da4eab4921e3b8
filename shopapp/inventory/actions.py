"""A day's stock is remembered; a day's velocities are written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, String, bindparam, delete, exists, insert, literal, or_, select, update

from shopapp import clock, ids
from shopapp.catalog.models import InventoryLevel
from shopapp.db import Session
from shopapp.inventory.models import ProductVelocity, StockSnapshot
from shopapp.jobs.context import JobContext
from shopapp.jobs.registry import handler
from shopapp.stores.models import Store
from shopapp.tenancy import store_of

KEPT = timedelta(days=30)
_BATCH = 2_000


@handler("inventory.snapshot")
def snapshot(context: JobContext) -> None:
    """Remember today's stock of the store: Shopify keeps no history of it."""
    with context.transaction() as session:
        remember_stock(session, clock.today(session.get_one(Store, store_of(session)).timezone))


def remember_stock(session: Session, day: date) -> None:
    """Keep the most units available on `day`, from the stock levels; two statements."""
    _raise_kept(session, day)
    _keep_fresh(session, day)


def _raise_kept(session: Session, day: date) -> None:
    level, kept = InventoryLevel, StockSnapshot
    now = (
        select(level.available)
        .where(
            level.store_id == kept.store_id,
            level.location_id == kept.location_id,
            level.variant_id == kept.variant_id,
        )
        .scalar_subquery()
    )
    session.execute(
        update(kept)
        .where(kept.day == day, kept.available < now)
        .values(available=now, updated_at=clock.now()),
        execution_options={"synchronize_session": False},
    )


def _keep_fresh(session: Session, day: date) -> None:
    level, kept, store_id = InventoryLevel, StockSnapshot, store_of(session)
    is_kept = exists().where(
        kept.store_id == level.store_id,
        kept.location_id == level.location_id,
        kept.variant_id == level.variant_id,
        kept.day == day,
    )
    moment = literal(clock.now(), kept.created_at.type)
    fresh = select(
        literal(f"{day:%y%m%d}") + level.id,
        bindparam("store_id", store_id, type_=String),
        level.location_id,
        level.variant_id,
        literal(day, Date),
        level.available,
        moment,
        moment,
    ).where(level.store_id == store_id, ~is_kept)
    names = "id store_id location_id variant_id day available created_at updated_at".split()
    session.execute(insert(kept).from_select(names, fresh, include_defaults=False))


def write_velocities(session: Session, rows: Sequence[dict[str, Any]], *, day: date) -> None:
    """Write `rows` (ProductVelocity's columns) for `day` in place of what their variants had."""
    store_id, now = store_of(session), clock.now()
    variants = sorted({row["variant_id"] for row in rows})
    session.execute(
        delete(ProductVelocity).where(
            ProductVelocity.recorded_for == day,
            ProductVelocity.variant_id.between(variants[0], variants[-1]),
        ),
        execution_options={"synchronize_session": False},
    )
    for row in rows:
        row.update(
            id=ids.new_id(), store_id=store_id, recorded_for=day, created_at=now, updated_at=now
        )
    for start in range(0, len(rows), _BATCH):
        session.execute(insert(ProductVelocity), rows[start : start + _BATCH])


def forget_velocities(session: Session, *, day: date) -> None:
    """Leave only what was measured for `day` and the month before it."""
    recorded = ProductVelocity.recorded_for
    session.execute(
        delete(ProductVelocity).where(or_(recorded > day, recorded < day - KEPT)),
        execution_options={"synchronize_session": False},
    )
