"""Figures of a range into the database: what was there for the same range is replaced."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert, select

from shopapp.db import Session
from shopapp.seo.importing.archive import Total
from shopapp.seo.importing.ranges import Range
from shopapp.seo.models import SearchMetric
from shopapp.seo.queries.metrics import of_range, total_of
from shopapp.seo.rules.shapes import Figures, Kind
from shopapp.sheets.importing import Report
from shopapp.tenancy import store_of

SOURCE = "gsc_export"
_AT_ONCE = 500
_PLURAL = {"query": "queries", "page": "pages"}


def replace(
    session: Session,
    kind: Kind,
    days: Range,
    rows: Sequence[Figures],
    *,
    kept: set[str],
    report: Report,
    write: bool,
) -> None:
    """Make `rows` the figures of the range, and count what that changes.

    Names in `kept` (refused rows) stay as they were. Nothing is written unless `write`.
    """
    there = {
        getattr(row, kind): row
        for row in session.scalars(select(SearchMetric).where(*of_range(kind, days, SOURCE)))
    }
    new = [row for row in rows if row.name not in there]
    named = {row.name for row in rows}
    changed = [row for row in rows if row.name in there and _differs(there[row.name], row)]
    gone = [there[name].id for name in there if name not in named and name not in kept]
    what = _PLURAL[kind]
    report.count(f"new {what}", len(new))
    report.count(f"changed {what}", len(changed))
    report.count(f"unchanged {what}", len(rows) - len(new) - len(changed))
    if gone:
        report.count(f"removed {what}", len(gone))
    if write:
        for row in changed:
            _set(there[row.name], row)
        _insert(session, kind, days, new)
        _delete(session, gone)


def keep_total(session: Session, days: Range, total: Total, *, write: bool) -> None:
    """Keep what the export's chart says of the whole range, rare queries included."""
    if not write:
        return
    row = session.scalar(select(SearchMetric).where(*total_of(days, SOURCE)))
    figures = Figures("", total.clicks, total.impressions, total.position)
    if row is None:
        _insert(session, "query", days, [figures])
    elif _differs(row, figures):
        _set(row, figures)


def _differs(row: SearchMetric, figures: Figures) -> bool:
    return (row.clicks, row.impressions, row.position) != (
        figures.clicks,
        figures.impressions,
        figures.position,
    )


def _set(row: SearchMetric, figures: Figures) -> None:
    row.clicks, row.impressions = figures.clicks, figures.impressions
    row.position = figures.position


def _insert(session: Session, kind: Kind, days: Range, rows: Sequence[Figures]) -> None:
    same = {
        "store_id": store_of(session),
        "source": SOURCE,
        "first_day": days.first,
        "last_day": days.last,
    }
    for start in range(0, len(rows), _AT_ONCE):
        session.execute(
            insert(SearchMetric),
            [
                same
                | {kind: row.name, "clicks": row.clicks, "impressions": row.impressions}
                | {"position": row.position}
                for row in rows[start : start + _AT_ONCE]
            ],
        )


def _delete(session: Session, ids: Sequence[str]) -> None:
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        session.execute(
            delete(SearchMetric)
            .where(SearchMetric.id.in_(some))
            .execution_options(synchronize_session=False)
        )
