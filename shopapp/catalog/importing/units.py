"""Rows that belong together: a product or an order stands on several rows of its file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from shopapp.sheets.columns import Cells, Columns, Names
from shopapp.sheets.importing import Report
from shopapp.sheets.reading import Sheet, read

BATCH = 400
Unit = TypeVar("Unit")


@dataclass(frozen=True, slots=True)
class Kind:
    """How a file of this kind is read: its columns' names, and the one that groups rows."""

    names: Names
    key: str
    required: tuple[str, ...]
    what: str

    def columns(self, sheet: Sheet) -> Columns:
        """The sheet's columns; raises Unreadable when one lacks that must be there."""
        columns = Columns(sheet.header, self.names)
        columns.require(*self.required, what=self.what)
        return columns


@dataclass(frozen=True, slots=True)
class Parsed(Generic[Unit]):
    """A unit that was understood, how many rows it stands on, and up to which row we have read."""

    unit: Unit
    rows: int
    read: int


def groups(
    content: bytes, kind: Kind, report: Report
) -> tuple[int, Iterator[tuple[list[Cells], int]]]:
    """How many rows there are, and the rows of each unit together, however they are scattered.

    The file is read twice, so that only units whose rows are still to come are held.
    """
    sheet = read(content)
    columns = kind.columns(sheet)
    expected = Counter(columns.of(row).text(kind.key) for row in sheet.rows)
    return expected.total(), _grouped(content, kind, expected, report)


def refused(cells: Iterable[Cells], report: Report) -> bool:
    """Whether a row of the unit has a problem: then all of it falls, and each reason is named."""
    rows = list(cells)
    problems = [problem for row in rows for problem in row.problems]
    if not problems:
        return False
    report.refused += len(rows)
    for row in rows:
        if not row.problems:
            first = problems[0].line
            row.refuse("", f"Left out because of line {first}, which belongs to it.")
        report.problems.extend(row.problems)
    return True


def batches(found: Iterable[Unit], size: int = BATCH) -> Iterator[list[Unit]]:
    """The units in lists of `size`."""
    batch: list[Unit] = []
    for unit in found:
        batch.append(unit)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _grouped(
    content: bytes, kind: Kind, expected: Counter[str], report: Report
) -> Iterator[tuple[list[Cells], int]]:
    sheet = read(content)
    columns = kind.columns(sheet)
    held: dict[str, list[Cells]] = {}
    for row in sheet.rows:
        report.rows += 1
        report.keep(row.cells)
        cells = columns.of(row)
        key = cells.text(kind.key)
        if not key:
            cells.refuse(kind.key, "This cell is empty, so nobody knows what the row belongs to.")
            refused([cells], report)
            continue
        rows = held.setdefault(key, [])
        rows.append(cells)
        if len(rows) == expected[key]:
            yield held.pop(key), report.rows
