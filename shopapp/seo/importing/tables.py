"""A table's rows read into figures, each range by itself, with what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shopapp.seo.importing import columns, ranges
from shopapp.seo.importing.archive import Export
from shopapp.seo.importing.columns import Period
from shopapp.seo.importing.numbers import decimal, rate, whole
from shopapp.seo.rules.shapes import Figures, Kind
from shopapp.sheets.importing import Report
from shopapp.sheets.reading import Row, Sheet, read
from shopapp.sheets.refusing import Unreadable

MOST_ROWS, MOST_BYTES = 100_000, 2_000
_DOUBT = 0.011  # a rate that differs by more than a rounded point is not this row's
_OTHER = {"query": "pages", "page": "queries"}


@dataclass(slots=True)
class Parsed:
    """The figures of each range, the newest first; `refused` are names of rows left alone."""

    ranges: dict[ranges.Range, list[Figures]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    report: Report = field(default_factory=Report)


class _Wrong(Exception):
    """What is wrong with a row: the column, and a sentence."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column


def parsed(export: Export, kind: Kind, options: Mapping[str, str]) -> Parsed:
    """The export's table as figures; raises Unreadable when it is another table."""
    sheet = read(export.table, most_rows=MOST_ROWS)
    found = columns.kind_of(sheet.header)
    if found not in (kind, None):
        raise Unreadable(f"This is the table of {_OTHER[kind]}. Choose that kind of file for it.")
    layout = columns.layout(sheet.header)
    known = export.range or ranges.typed(options)
    periods = ranges.assigned(layout.periods, known, is_english=layout.is_english)
    if len(periods) < len(layout.periods):
        result = Parsed(report=Report(counts={"columns of last year left out": 1}))
    else:
        result = Parsed()
    result.ranges = {days: [] for _, days in periods}
    _walk(sheet, layout.dimension, periods, result, kind)
    return result


def _walk(
    sheet: Sheet,
    dimension: str,
    periods: list[tuple[Period, ranges.Range]],
    result: Parsed,
    kind: Kind,
) -> None:
    seen: set[str] = set()
    for row in sheet.rows:
        result.report.rows += 1
        name = row.cells[dimension].strip()
        try:
            _check_name(row, dimension, name, seen, kind)
            figures = [_figures(row, name, period) for period, _ in periods]
        except _Wrong as wrong:
            result.refused.add(name)
            result.report.refuse(row.line, wrong.column, str(wrong))
            continue
        seen.add(name)
        for (_, days), each in zip(periods, figures, strict=True):
            if each.impressions:
                result.ranges[days].append(each)


def _check_name(row: Row, dimension: str, name: str, seen: set[str], kind: Kind) -> None:
    if row.trouble:
        raise _Wrong("", row.trouble)
    if not name:
        raise _Wrong(dimension, "The first cell is empty.")
    if kind == "page" and not name.lower().startswith(("http://", "https://")):
        raise _Wrong(dimension, f"“{name[:60]}” is no address of a page.")
    if len(name.encode("utf-8", "replace")) > MOST_BYTES:
        raise _Wrong(dimension, "This is longer than a query or an address can be.")
    if name in seen:
        raise _Wrong(dimension, f"“{name[:60]}” stands in the file twice.")


def _figures(row: Row, name: str, period: Period) -> Figures:
    clicks = _whole(row, period.metrics["clicks"])
    impressions = _whole(row, period.metrics["impressions"])
    if clicks > impressions:
        raise _Wrong(period.metrics["clicks"], "There cannot be more clicks than impressions.")
    _check_rate(row, period, clicks, impressions)
    return Figures(name, clicks, impressions, _position(row, period, impressions))


def _position(row: Row, period: Period, impressions: int) -> float:
    column = period.metrics["position"]
    if not impressions:
        return 0.0
    try:
        position = decimal(row.cells[column])
    except ValueError:
        raise _Wrong(column, f"“{row.cells[column]}” is no position like 4.7.") from None
    if not 1 <= position <= 1_000:
        raise _Wrong(column, f"{row.cells[column]} cannot be a position: the first is 1.")
    return position


def _check_rate(row: Row, period: Period, clicks: int, impressions: int) -> None:
    column = period.metrics.get("ctr")
    if column is None or not impressions:
        return
    try:
        said = rate(row.cells[column])
    except ValueError:
        raise _Wrong(column, f"“{row.cells[column]}” is no rate like 3.2%.") from None
    if said is not None and abs(said - clicks / impressions) > _DOUBT:
        raise _Wrong(column, f"{row.cells[column]} is not {clicks} of {impressions}.")


def _whole(row: Row, column: str) -> int:
    try:
        return whole(row.cells[column] or "0")
    except ValueError:
        raise _Wrong(column, f"“{row.cells[column]}” is not a whole number.") from None
