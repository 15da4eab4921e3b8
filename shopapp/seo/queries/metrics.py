"""Figures from search engines: which ranges there are, and tables of queries and pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Float, Select, and_, case, cast, func, select
from sqlalchemy.orm import aliased

from shopapp.db import Session
from shopapp.seo.models import SearchMetric
from shopapp.seo.queries.keysets import Order, Page, paged
from shopapp.seo.rules.shapes import Figures, Kind, Table

MOST_RANGES = 60
USUAL = 28  # days
LIKE = 0.05  # ranges whose lengths differ by no more are compared with each other
_earlier = aliased(SearchMetric)


class Days(Protocol):
    """A first and a last day."""

    @property
    def first(self) -> date: ...

    @property
    def last(self) -> date: ...


@dataclass(frozen=True, slots=True)
class Range:
    """The days of an import, with its source and the sums of its rows."""

    source: str
    first: date
    last: date
    rows: int = 0
    clicks: int = 0
    impressions: int = 0

    @property
    def days(self) -> int:
        """How many days that is."""
        return (self.last - self.first).days + 1

    @property
    def key(self) -> str:
        """The range in an address."""
        return f"{self.first.isoformat()}.{self.last.isoformat()}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a table is asked for: words, order, and the cursor of the page."""

    words: str = ""
    sort: str = "clicks"
    descending: bool = True
    cursor: str = ""


SORTS = ("name", "clicks", "impressions", "ctr", "position", "clicks_before", "position_before")


def of_range(kind: Kind, days: Days, source: str) -> tuple[ColumnElement[bool], ...]:
    """The rows of one kind in one range, not split by anything else."""
    return (*_in_range(days, source), _names(SearchMetric, kind) != "", _other(kind) == "")


def total_of(days: Days, source: str) -> tuple[ColumnElement[bool], ...]:
    """The one row for the whole range, if the source gave it."""
    return (*_in_range(days, source), SearchMetric.query == "", SearchMetric.page == "")


def ranges(session: Session, kind: Kind) -> Sequence[Range]:
    """The ranges there are for one kind, the newest first; of those that end alike, the one that
    is most nearly four weeks long."""
    found = session.execute(
        select(
            SearchMetric.source,
            SearchMetric.first_day,
            SearchMetric.last_day,
            func.count(SearchMetric.id),
            func.sum(SearchMetric.clicks),
            func.sum(SearchMetric.impressions),
        )
        .where(_names(SearchMetric, kind) != "", _other(kind) == "", *_unsplit(SearchMetric))
        .group_by(SearchMetric.source, SearchMetric.first_day, SearchMetric.last_day)
        .order_by(SearchMetric.last_day.desc(), SearchMetric.first_day.desc())
        .limit(MOST_RANGES)
    )
    ranges = [Range(*row[:3], *(int(number) for number in row[3:])) for row in found]
    return sorted(ranges, key=lambda each: (-each.last.toordinal(), abs(each.days - USUAL)))


def before(found: Sequence[Range], current: Range) -> Range | None:
    """The newest range that ended before `current` began and is about as long."""
    return next(
        (
            each
            for each in found
            if each.last < current.first
            and each.source == current.source
            and abs(each.days - current.days) <= current.days * LIKE
        ),
        None,
    )


def total(session: Session, days: Range) -> SearchMetric | None:
    """What the source gave for the whole range, rare queries included."""
    return session.scalar(select(SearchMetric).where(*total_of(days, days.source)))


def table(session: Session, kind: Kind, days: Range) -> Table:
    """Every row of a range, as the rules take it."""
    rows = session.execute(
        select(
            _names(SearchMetric, kind),
            SearchMetric.clicks,
            SearchMetric.impressions,
            SearchMetric.position,
        ).where(*of_range(kind, days, days.source))
    )
    return Table(kind, days.first, days.last, [Figures(*row) for row in rows])


def page(session: Session, kind: Kind, days: Range, earlier: Range | None, asked: Asked) -> Page:
    """A page of a range's rows, each beside its row of the earlier range; one statement."""
    statement = _compared(kind, days, earlier, asked.words)
    order = Order(_sorts(kind)[asked.sort], SearchMetric.id.expression, asked.descending)
    return paged(session, statement, order, asked.cursor)


def every(
    session: Session, kind: Kind, days: Range, earlier: Range | None, words: str
) -> Iterator[tuple[Any, ...]]:
    """All rows of a range for an export, most clicked first, read as they are written."""
    statement = _compared(kind, days, earlier, words)
    ordered = statement.order_by(SearchMetric.clicks.desc(), SearchMetric.id)
    for row in session.execute(ordered):
        yield tuple(row)


def figures_of(session: Session, kind: Kind, name: str, limit: int = 12) -> Sequence[SearchMetric]:
    """One query's or one page's rows in every range, the newest first."""
    return session.scalars(
        select(SearchMetric)
        .where(_names(SearchMetric, kind) == name, _other(kind) == "", *_unsplit(SearchMetric))
        .order_by(SearchMetric.last_day.desc(), SearchMetric.first_day)
        .limit(limit)
    ).all()


def _compared(kind: Kind, days: Range, earlier: Range | None, words: str) -> Select[Any]:
    then = _earlier
    joined = and_(
        _names(then, kind) == _names(SearchMetric, kind),
        *_unsplit(then),
        then.page == "" if kind == "query" else then.query == "",
        then.source == days.source,
        then.first_day == (earlier.first if earlier else date.min),
        then.last_day == (earlier.last if earlier else date.min),
    )
    statement = (
        select(
            _names(SearchMetric, kind).label("name"),
            SearchMetric.clicks,
            SearchMetric.impressions,
            _rate().label("ctr"),
            SearchMetric.position,
            then.clicks.label("clicks_before"),
            then.impressions.label("impressions_before"),
            then.position.label("position_before"),
        )
        .join(then, joined, isouter=True)
        .where(*of_range(kind, days, days.source))
    )
    text = words.strip()
    named = _names(SearchMetric, kind)
    return statement.where(named.icontains(text, autoescape=True)) if text else statement


def _sorts(kind: Kind) -> dict[str, ColumnElement[Any]]:
    then = _earlier
    return {
        "name": _names(SearchMetric, kind),
        "clicks": SearchMetric.clicks.expression,
        "impressions": SearchMetric.impressions.expression,
        "ctr": _rate(),
        "position": SearchMetric.position.expression,
        "clicks_before": func.coalesce(SearchMetric.clicks - then.clicks, 0),
        "position_before": func.coalesce(SearchMetric.position - then.position, 0.0),
    }


def _rate() -> ColumnElement[float]:
    shown = cast(SearchMetric.impressions, Float)
    return case(
        (SearchMetric.impressions == 0, 0.0), else_=cast(SearchMetric.clicks, Float) / shown
    )


def _names(model: Any, kind: Kind) -> Any:
    return model.query if kind == "query" else model.page


def _other(kind: Kind) -> Any:
    return SearchMetric.page if kind == "query" else SearchMetric.query


def _in_range(days: Days, source: str) -> tuple[ColumnElement[bool], ...]:
    return (
        SearchMetric.source == source,
        SearchMetric.first_day == days.first,
        SearchMetric.last_day == days.last,
        *_unsplit(SearchMetric),
    )


def _unsplit(model: Any) -> tuple[ColumnElement[bool], ...]:
    return (model.country == "", model.device == "")
