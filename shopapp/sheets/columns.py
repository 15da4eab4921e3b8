"""Cells by our own names: a header's variants, and problems that name line and column."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import TypeVar

from shopapp.sheets import values
from shopapp.sheets.importing import Problem
from shopapp.sheets.reading import Row, Unreadable
from shopapp.sheets.writing import unguarded

Value = TypeVar("Value")
Names = Mapping[str, Sequence[str]]


class Columns:
    """Which of a header's columns means what; capitals and spacing make no difference."""

    def __init__(self, header: Sequence[str], names: Names) -> None:
        plain = {_plain(column): column for column in header}
        self._found = {
            name: plain[_plain(variant)]
            for name, variants in names.items()
            for variant in reversed(variants)
            if _plain(variant) in plain
        }
        self._names = names

    def __contains__(self, name: str) -> bool:
        return name in self._found

    @property
    def present(self) -> frozenset[str]:
        """Our names of the columns the file has."""
        return frozenset(self._found)

    def require(self, *names: str, what: str) -> None:
        """Raise Unreadable naming the columns the file lacks."""
        missing = [f"“{self._names[name][0]}”" for name in names if name not in self._found]
        if missing:
            raise Unreadable(
                f"{what} has the column{'s' * (len(missing) > 1)} {_listed(missing)}, and this "
                "file has not."
            )

    def of(self, row: Row) -> Cells:
        """The row's cells by our names."""
        return Cells(row, self._found, self._names)


class Cells:
    """One row. What cannot be understood is None and leaves a sentence in `problems`."""

    __slots__ = ("_found", "_names", "_row", "line", "problems")

    def __init__(self, row: Row, found: Mapping[str, str], names: Names) -> None:
        self._row, self._found, self._names = row, found, names
        self.line = row.line
        self.problems = [Problem(row.line, "", row.trouble)] if row.trouble else []

    def raw(self, name: str) -> str:
        """The cell as it stands; "" when the file has no such column."""
        column = self._found.get(name)
        return "" if column is None else self._row.cells[column]

    def text(self, name: str) -> str:
        """The cell without blanks around it and without a spreadsheet's apostrophe."""
        return unguarded(self.raw(name).strip())

    def code(self, name: str) -> str:
        """A text that a spreadsheet could have taken for a long number."""
        return self._read(name, values.unshortened) or ""

    def amount(self, name: str) -> Decimal | None:
        """An amount; None when the cell is empty."""
        return self._read(name, values.amount)

    def whole(self, name: str) -> int | None:
        """A whole number; None when the cell is empty."""
        return self._read(name, values.whole)

    def yes(self, name: str) -> bool | None:
        """True or false; None when the cell is empty."""
        return self._read(name, values.yes)

    def moment(self, name: str, zone: tzinfo) -> datetime | None:
        """A moment in UTC; None when the cell is empty."""
        return self._read(name, lambda text: values.moment(text, zone))

    def refuse(self, name: str, message: str) -> None:
        """Name a problem of a column (by our name) of this row."""
        column = self._found.get(name) or (self._names[name][0] if name in self._names else "")
        self.problems.append(Problem(self.line, column, message))

    def _read(self, name: str, read: Callable[[str], Value]) -> Value | None:
        text = self.text(name)
        if not text:
            return None
        try:
            return read(text)
        except ValueError as error:
            self.refuse(name, str(error))
            return None


def _plain(name: str) -> str:
    return " ".join(name.lower().replace("-", " ").split())


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
