"""A CSV file row by row, with the line each row starts on; never the whole text in memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from shopapp.sheets.refusing import Unreadable
from shopapp.sheets.unpacking import encoding, opened

__all__ = ["Row", "Sheet", "Unreadable", "read"]

_MOST_CELL = 2_000_000
_MOST_COLUMNS = 2_000
_DELIMITERS = (",", ";", "\t", "|")

csv.field_size_limit(_MOST_CELL)


@dataclass(frozen=True, slots=True)
class Row:
    """A row. Missing cells at its end are ""; `trouble` says in a sentence what is wrong."""

    line: int
    cells: Mapping[str, str]
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The header and the rows, which can be walked once; blank rows are left out."""

    header: tuple[str, ...]
    rows: Iterator[Row]
    encoding: str
    delimiter: str


class _Lines:
    """The text's lines; remembers those of the record that is being read."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.number = 0
        self.record: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number += 1
        self.record.append(line)
        return line


def read(content: bytes, *, most_rows: int = 1_000_000) -> Sheet:
    """The file as a sheet; raises Unreadable, also while the rows are walked."""
    content = opened(content)
    codec = encoding(content)
    lines = _Lines(io.TextIOWrapper(io.BytesIO(content), encoding=codec, newline=""))
    first, delimiter = _first_record(lines)
    header = _header(next(csv.reader(first, delimiter=delimiter)))
    return Sheet(header, _rows(lines, header, delimiter, most_rows), codec, delimiter)


def _first_record(lines: _Lines) -> tuple[list[str], str]:
    """The header's lines and the delimiter; a leading "sep=;" of Excel is obeyed."""
    said = ""
    for line in lines:
        if line.lower().startswith("sep=") and len(line.strip()) == len("sep=;"):
            said = line.strip()[-1]
        elif line.strip(" \t\r\n,;\ufeff"):
            break
    else:
        raise Unreadable("The file is empty.")
    record = [line.lstrip("\ufeff")]
    while "".join(record).count('"') % 2 and len(record) < 50:
        following = next(lines, None)
        if following is None:
            break
        record.append(following)
    return record, said or _delimiter("".join(record))


def _delimiter(text: str) -> str:
    outside = "".join(text.split('"')[::2])
    return max(_DELIMITERS, key=outside.count)


def _header(cells: list[str]) -> tuple[str, ...]:
    names = [" ".join(cell.replace("\x00", "").split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > _MOST_COLUMNS:
        raise Unreadable(f"The first row has {len(names)} cells: this is not a header.")
    names = [name or f"Column {number}" for number, name in enumerate(names, start=1)]
    for name in names:
        if names.count(name) > 1:
            raise Unreadable(f"The header names two columns “{name}”. Rename or remove one.")
    return tuple(names)


def _rows(lines: _Lines, header: tuple[str, ...], delimiter: str, most: int) -> Iterator[Row]:
    found = 0
    for line, cells in _records(lines, delimiter):
        if not any(cell.strip() for cell in cells):
            continue
        found += 1
        if found > most:
            raise Unreadable(f"The file has more than {most:,} rows. Split it.")
        yield _row(line, cells, header, _broken_off(lines, delimiter))


def _records(lines: _Lines, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        start = lines.number + 1
        lines.record.clear()
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise Unreadable(
                f"A quote that opens on line {start} is never closed, so the rest of the file "
                "cannot be read. Export the file again."
            ) from error
        if cells is None:
            return
        yield start, cells


def _row(line: int, cells: list[str], header: tuple[str, ...], broken: bool) -> Row:
    trouble = "A quote opens here and is never closed." if broken else ""
    if any("\x00" in cell for cell in cells):
        cells = [cell.replace("\x00", "") for cell in cells]
        trouble = trouble or "The row holds a zero byte: it is damaged."
    if any(cell.strip() for cell in cells[len(header) :]):
        trouble = trouble or f"The row has {len(cells)} cells, the header {len(header)}."
    cells = cells[: len(header)] + [""] * (len(header) - len(cells))
    return Row(line, dict(zip(header, cells, strict=True)), trouble)


def _broken_off(lines: _Lines, delimiter: str) -> bool:
    """True for a last record whose quote is still open."""
    if lines.record and lines.record[-1].endswith(("\n", "\r")) and len(lines.record) == 1:
        return False
    try:
        list(csv.reader(lines.record, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False
