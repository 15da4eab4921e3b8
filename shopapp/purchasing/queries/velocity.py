"""Velocity as its table shows it: counts, sorted pages, twelve weeks of sales."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, literal, select, tuple_
from sqlalchemy.orm import joinedload

from shopapp.catalog.models import Variant
from shopapp.db import Session
from shopapp.metrics.models import DailySales
from shopapp.purchasing.queries.measured import (
    WINDOWS,
    Line,
    Sort,
    Used,
    View,
    in_view,
    keys,
    latest,
    line_of,
    lines,
    window,
)

SIZE, WEEKS = 25, 12


@dataclass(frozen=True, slots=True)
class Overview:
    """What is measured at all: the day, when it was done, until when sales are known."""

    day: date | None
    measured_at: datetime | None
    last_sale: date | None
    variants: int
    counts: Mapping[View, int]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page lies: how all is sorted, beyond which edge (sort key, variant's id).

    `back` asks for the page that ends before the edge.
    """

    sort: Sort = Sort.COVER
    descending: bool = False
    edge: tuple[Any, str] | None = None
    back: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page of lines, with what its neighbours begin behind (None at an end)."""

    rows: Sequence[Line]
    before: Line | None
    after: Line | None


def overview(session: Session, overstock_days: int) -> Overview:
    """The measured day and how many variants each view holds, in one statement."""
    held = {
        view: func.count(case((in_view(view, overstock_days), Used.id))).label(view.name)
        for view in View
    }
    row = session.execute(
        select(
            func.max(Used.recorded_for).label("day"),
            func.max(Used.created_at).label("measured_at"),
            select(func.max(DailySales.day)).scalar_subquery().label("last_sale"),
            select(func.count(Variant.id)).scalar_subquery().label("variants"),
            *held.values(),
        )
        .select_from(Used)
        .outerjoin(WINDOWS[90], window(90))
        .where(Used.window_days == 0, Used.recorded_for == latest())
    ).one()
    counts = {view: getattr(row, view.name) for view in View}
    return Overview(row.day, row.measured_at, row.last_sale, row.variants, counts)


def page(session: Session, view: View, words: str, overstock_days: int, place: Place) -> Page:
    """A page of the latest measurement. Behind the last page stands the first."""
    key = keys()[place.sort]
    order = (key, Used.variant_id)
    down = place.descending != place.back
    statement = lines(view, words, overstock_days, key)
    if place.edge is not None:
        here, last = tuple_(*order), tuple_(*map(literal, place.edge))
        statement = statement.where(here < last if down else here > last)
    statement = statement.order_by(*(each.desc() if down else each.asc() for each in order))
    rows = [line_of(row) for row in session.execute(statement.limit(SIZE + 1))]
    if place.edge is not None and not rows:
        first = Place(place.sort, place.descending)
        return page(session, view, words, overstock_days, first)
    more, rows = len(rows) > SIZE, rows[:SIZE]
    if place.back:
        rows.reverse()
    return Page(
        rows,
        rows[0] if rows and (more if place.back else place.edge is not None) else None,
        rows[-1] if rows and (place.back or more) else None,
    )


def every_line(session: Session, view: View, words: str, overstock_days: int) -> Iterator[Line]:
    """All lines of a view, the shortest cover first."""
    key = keys()[Sort.COVER]
    statement = lines(view, words, overstock_days, key).order_by(key, Used.variant_id)
    for row in session.execute(statement):
        yield line_of(row)


def line(session: Session, variant_id: str) -> Line | None:
    """The latest measurement of one variant."""
    statement = lines(View.ALL, "", 0, keys()[Sort.COVER])
    row = session.execute(statement.where(Used.variant_id == variant_id)).one_or_none()
    return None if row is None else line_of(row)


def variant(session: Session, variant_id: str) -> Variant | None:
    """One variant with its product."""
    return session.scalar(
        select(Variant).options(joinedload(Variant.product)).where(Variant.id == variant_id)
    )


def weekly(session: Session, variants: Sequence[str], day: date) -> Mapping[str, list[int]]:
    """Units of the twelve weeks before `day`, oldest first, of each variant; one statement."""
    ends = [day - timedelta(weeks=week) for week in reversed(range(WEEKS))]
    sums = [
        func.sum(
            case(
                (
                    and_(DailySales.day < end, DailySales.day >= end - timedelta(weeks=1)),
                    DailySales.units,
                ),
                else_=0,
            )
        )
        for end in ends
    ]
    rows = session.execute(
        select(DailySales.variant_id, *sums)
        .where(
            DailySales.variant_id.in_(variants),
            DailySales.day >= day - timedelta(weeks=WEEKS),
            DailySales.day < day,
        )
        .group_by(DailySales.variant_id)
    )
    return {variant: [int(units) for units in weeks] for variant, *weeks in rows}
