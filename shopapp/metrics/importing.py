"""A history of daily sales from a CSV file: what was sold before the first mirrored order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from shopapp import clock
from shopapp.db import Session
from shopapp.metrics.history import History, Sales
from shopapp.sheets.columns import Cells, Columns
from shopapp.sheets.importing import Importer, Progress, Report
from shopapp.sheets.reading import read

NAMES = {
    "sku": ("sku", "variant sku", "product code", "stock code"),
    "date": ("date", "day"),
    "units": ("units", "units sold", "quantity", "qty"),
    "price": ("price", "unit price"),
}
_FIRST_DAY = date(1990, 1, 1)
_MOST_UNITS, _MOST_PRICE = 10_000_000, Decimal(10_000_000)
_TOGETHER = 200  # SKUs


def run(
    session: Session,
    content: bytes,
    options: Mapping[str, str],
    *,
    write: bool,
    progress: Progress,
) -> Report:
    """Check or import daily sales; raises Unreadable.

    Several rows of one SKU and day are added up. A day that is known already is brought up to
    date, unless its sales come from orders: those are kept. A SKU nobody sells becomes a product.
    """
    report = Report()
    sold = _read(content, report, progress)
    history = History(session, report, write=write)
    skus = sorted(sold)
    for start in range(0, len(skus), _TOGETHER):
        batch = {sku: sold.pop(sku) for sku in skus[start : start + _TOGETHER]}
        history.take(batch)
        progress(report.rows * (start + len(batch)) // len(skus), report.rows)
    return report


SALES_HISTORY = Importer(
    kind="sales-history",
    label="Daily sales history",
    explanation=(
        "One row for each SKU and day: sku, date (2026-11-22), units and, if you have it, price. "
        "Import products first, so that the SKUs are found. Days known from orders are kept."
    ),
    fields=(),
    run=run,
    columns=("sku", "date", "units"),
    follow_ups=("purchasing.measure", "metrics.kpis"),
)


def _read(content: bytes, report: Report, progress: Progress) -> dict[str, Sales]:
    """The file's sales by SKU; what cannot be understood is named in the report."""
    sheet = read(content)
    columns = Columns(sheet.header, NAMES)
    columns.require("sku", "date", "units", what="A sales history")
    latest = clock.now().date() + timedelta(days=1)
    days: dict[str, date | None] = {}
    sold: dict[str, Sales] = {}
    for row in sheet.rows:
        report.rows += 1
        report.keep(row.cells)
        cells = columns.of(row)
        sku, units, price = cells.code("sku"), _units(cells), _price(cells)
        day = _day(cells, days, latest)
        if not sku:
            cells.refuse("sku", "The SKU is missing.")
        if cells.problems:
            report.refused += 1
            report.problems.extend(cells.problems)
        elif day is not None and units is not None:
            sold.setdefault(sku, Sales(row.line)).add(day, units, price)
        if report.rows % 10_000 == 0:
            progress(report.rows, None)
    return sold


def _day(cells: Cells, seen: dict[str, date | None], latest: date) -> date | None:
    """The day; `seen` keeps what texts mean, because a file repeats few days very often."""
    text = cells.text("date")
    if text not in seen:
        seen[text] = _parsed(text)
    day = seen[text]
    if day is None:
        cells.refuse("date", f"“{text}” is not a day. Write it as 2026-11-22.")
    elif not _FIRST_DAY <= day <= latest:
        cells.refuse("date", f"{day} is {'in the future' if day > latest else 'too long ago'}.")
    return day


def _parsed(text: str) -> date | None:
    plain = re.fullmatch(r"(\d{4}-\d{2}-\d{2})([T ]00:00(:00)?)?", text)
    try:
        return date.fromisoformat(plain[1]) if plain else None
    except ValueError:
        return None


def _units(cells: Cells) -> int | None:
    units = cells.whole("units")
    if units is None and not cells.text("units"):
        cells.refuse("units", "The number of units is missing.")
    elif units is not None and units < 0:
        cells.refuse("units", "Units cannot be negative: a return is not a negative sale.")
    elif units is not None and units > _MOST_UNITS:
        cells.refuse("units", f"{units:,} units on one day cannot be right.")
    return units


def _price(cells: Cells) -> Decimal | None:
    price = cells.amount("price")
    if price is not None and not 0 <= price <= _MOST_PRICE:
        cells.refuse("price", f"{price:,} cannot be the price of a unit.")
    return price
