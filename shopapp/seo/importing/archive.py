"""The zip file of an export: its tables told apart by what is in them, whatever their names."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shopapp.seo.importing import columns, ranges
from shopapp.seo.importing.numbers import decimal, whole
from shopapp.seo.rules.shapes import Kind
from shopapp.sheets.reading import Sheet, read
from shopapp.sheets.refusing import Unreadable

MOST_FILES, MOST_BYTES = 40, 64 * 1024 * 1024
_DATE_WORDS = {"date", "datum", "fecha", "data"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Total:
    """All clicks and impressions of the range, the rare queries among them."""

    clicks: int
    impressions: int
    position: float


@dataclass(frozen=True, slots=True)
class Export:
    """The wanted table, and what the files beside it say."""

    table: bytes
    range: ranges.Range | None = None
    total: Total | None = None


def opened(content: bytes, kind: Kind) -> Export:
    """The table of `kind` in the file; a CSV stands for itself. Raises Unreadable."""
    if content[:4] != b"PK\x03\x04":
        return Export(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = list(_members(archive))
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError) as error:
        raise Unreadable("The zip file is damaged or locked. Export it again.") from error
    return _sorted_out(members, kind)


def _members(archive: zipfile.ZipFile) -> Iterator[bytes]:
    """The CSV files' bytes, no more of them than an export can hold."""
    named = [
        info
        for info in archive.infolist()
        if info.filename.lower().endswith(".csv") and not info.filename.startswith("__MACOSX/")
    ]
    if not named or any(info.filename.startswith("xl/") for info in archive.infolist()):
        raise Unreadable(
            "The zip file holds no CSV files. In the report choose Export, Download CSV."
        )
    if len(named) > MOST_FILES:
        raise Unreadable("The zip file holds too many files to be an export of one report.")
    left = MOST_BYTES
    for info in named:
        with archive.open(info) as file:
            data = file.read(left + 1)
        left -= len(data)
        if left < 0:
            raise Unreadable("The zip file is too large once it is unpacked.")
        yield data


def _sorted_out(members: list[bytes], kind: Kind) -> Export:
    table, covered, total = None, None, None
    for content in members:
        if not content.strip():
            continue
        sheet = read(content)
        if columns.kind_of(sheet.header) == kind:
            table = content
        elif len(sheet.header) == 2:
            _refuse_filtered(sheet)
        elif _is_chart(content):
            covered, total = _charted(sheet)
    if table is None:
        wanted = "queries" if kind == "query" else "pages"
        raise Unreadable(f"The zip file holds no table of {wanted}. Export the report again.")
    return Export(table, covered, total)


def _refuse_filtered(sheet: Sheet) -> None:
    """Filtered figures are not the shop's: they would stand there as if they were."""
    for number, row in enumerate(sheet.rows):
        name, value = (row.cells[column].strip() for column in sheet.header)
        if number == 0 and value.casefold() not in ("web", ""):
            raise Unreadable(f"This export is of the search type “{value}”. Export “Web”.")
        if number > 0 and name.casefold() not in _DATE_WORDS:
            raise Unreadable(
                f"This export is filtered ({name}: {value}), so its figures are not the whole "
                "shop’s. Take the filter out of the report and export it again."
            )


def _is_chart(content: bytes) -> bool:
    first = next(read(content).rows, None)
    return first is not None and bool(_DAY.match(next(iter(first.cells.values())).strip()))


def _charted(sheet: Sheet) -> tuple[ranges.Range | None, Total | None]:
    """The days of the chart, and with one range alone their sum."""
    rows = [row.cells for row in sheet.rows]
    covered = ranges.charted(row[sheet.header[0]] for row in rows)
    layout = columns.layout(sheet.header)
    if len(layout.periods) > 1:
        return covered, None
    try:
        return covered, _summed(rows, layout.periods[0].metrics)
    except ValueError:
        return covered, None


def _summed(rows: list[Mapping[str, str]], metrics: Mapping[str, str]) -> Total:
    clicks, seen, places = 0, 0, 0.0
    for row in rows:
        shown = whole(row[metrics["impressions"]])
        clicks, seen = clicks + whole(row[metrics["clicks"]]), seen + shown
        places += shown * decimal(row[metrics["position"]] or "0")
    return Total(clicks, seen, places / seen if seen else 0.0)
