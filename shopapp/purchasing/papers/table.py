"""A purchase order as CSV: one row an article, in the columns that are read back as well."""

from __future__ import annotations

from collections.abc import Iterator

from shopapp.purchasing.numbers import plain
from shopapp.purchasing.papers.content import Paper
from shopapp.sheets import writing

HEADER = (
    "PO number",
    "Vendor",
    "Currency",
    "Expected",
    "SKU",
    "Vendor SKU",
    "Product",
    "Quantity",
    "Unit cost",
    "Line total",
)


def csv(paper: Paper) -> str:
    """The file's text; a cell never runs as a formula."""
    return "".join(writing.lines(HEADER, _rows(paper)))


def _rows(paper: Paper) -> Iterator[tuple[object, ...]]:
    for line, total in zip(paper.lines, paper.totals.lines, strict=True):
        yield (
            paper.number,
            paper.vendor,
            paper.currency,
            paper.expected,
            line.sku,
            line.vendor_sku,
            line.title,
            line.quantity,
            plain(line.unit_cost),
            total,
        )
