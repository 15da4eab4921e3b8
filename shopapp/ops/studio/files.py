"""Rows as a file: CSV that no spreadsheet runs, or a JSON array with a row a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from shopapp.ops.studio import values
from shopapp.ops.studio.reading import Row
from shopapp.ops.studio.tables import Table
from shopapp.refusals import Invalid
from shopapp.sheets import writing


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: its name's ending, its media type, and how rows become its text."""

    ending: str
    mimetype: str
    text: Callable[[Table, Iterable[Row]], Iterator[str]]


def kind(name: str) -> FileKind:
    """The kind called `name`. Raises Invalid."""
    found = _KINDS.get(name)
    if found is None:
        message = "A file is csv or json."
        raise Invalid(message)
    return found


def _csv(table: Table, rows: Iterable[Row]) -> Iterator[str]:
    header = [field.name for field in table.shown]
    return writing.lines(
        header, ([_cell(value) for value in _plain(table, row).values()] for row in rows)
    )


def _cell(value: Any) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _json(table: Table, rows: Iterable[Row]) -> Iterator[str]:
    opening = "[\n"
    for row in rows:
        yield opening + json.dumps(_plain(table, row), ensure_ascii=False)
        opening = ",\n"
    yield "[]\n" if opening == "[\n" else "\n]\n"


def _plain(table: Table, row: Row) -> dict[str, Any]:
    return {field.name: values.plain(field, row[field.name]) for field in table.shown}


_KINDS = {
    each.ending: each
    for each in (FileKind("csv", "text/csv", _csv), FileKind("json", "application/json", _json))
}
