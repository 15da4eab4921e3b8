"""What an importer is: it reads a file, says what it would do, and does it when asked to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, Protocol

SAMPLE, LONGEST = 8, 120
Progress = Callable[[int, int | None], None]


class Problem(NamedTuple):
    """A row that is refused: the file's line, the column ("" for the whole row), a sentence."""

    line: int
    column: str
    message: str


class Change(NamedTuple):
    """A row that was made (`before` is None) or changed; `left_as` tells its state from others."""

    row_id: str
    before: dict[str, str | None] | None
    left_as: str


class Undone(NamedTuple):
    """What undoing came to: rows taken out of use, rows put back, those changed since by name."""

    removed: int
    restored: int
    left_alone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A question beside the file. `kind` is an input type: text, date, number, select.

    A `select` has `choices` of (value, label); `value` is what stands in the field at first.
    """

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    value: str = ""


@dataclass(slots=True)
class Report:
    """What a file would do, or did. `refused` counts rows; `sample` starts with the header.

    `since` is the first day whose facts change, for what is computed from them; `changes` is what
    it takes to undo it, where that can be.
    """

    rows: int = 0
    refused: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    sample: list[list[str]] = field(default_factory=list)
    since: date | None = None
    changes: list[Change] = field(default_factory=list)

    def count(self, what: str, number: int = 1) -> None:
        """Add to a number ("new products")."""
        self.counts[what] = self.counts.get(what, 0) + number

    def refuse(self, line: int, column: str, message: str, *, rows: int = 1) -> None:
        """Name a refused row; `rows` says how many rows fall with it."""
        self.refused += rows
        self.problems.append(Problem(line, column, message))

    def warn(self, line: int, column: str, message: str) -> None:
        """Name something a person should look at in a row that is taken."""
        self.problems.append(Problem(line, column, message))

    def keep(self, cells: Mapping[str, str], most: int = SAMPLE) -> None:
        """Keep one of the first rows as read."""
        if not self.sample:
            self.sample.append(list(cells))
        if len(self.sample) <= most:
            self.sample.append([cell[:LONGEST] for cell in cells.values()])


class Run(Protocol):
    """The importer's one function: the same code checks (write=False) and imports."""

    def __call__(
        self,
        session: Any,
        content: bytes,
        options: Mapping[str, str],
        *,
        write: bool,
        progress: Progress,
    ) -> Report:
        """Read the file; raise `Unreadable` when it cannot be this kind of file at all."""
        ...


class Undo(Protocol):
    """Takes back what an import did, but for rows that somebody changed since."""

    def __call__(self, session: Any, changes: Sequence[Change], *, by: Any) -> Undone:
        """`by` is who wants it, None for the command line."""
        ...


@dataclass(frozen=True, slots=True)
class Importer:
    """A kind of file. `columns` are the header's names by which the kind is recognised.

    `is_sheet` is False for files that are not CSV: they are looked at when they are checked.
    `is_many` takes several files at once, which reach `run` as one zip.
    """

    kind: str
    label: str
    explanation: str
    fields: tuple[Field, ...]
    run: Run
    columns: tuple[str, ...] = ()
    follow_ups: tuple[str, ...] = ()
    is_sheet: bool = True
    is_many: bool = False
    undo: Undo | None = None
