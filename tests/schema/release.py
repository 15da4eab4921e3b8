"""The previous release's seeded database: packed once from its checkout, unpacked by tests.

To pack the next one, in a checkout of the release: `shopapp seed` into an instance of its own; then
here: `python -m tests.schema.release that-instance/shopapp.db tests/schema/releases/<date>.sql.xz`.
"""

from __future__ import annotations

import lzma
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Connection, Engine, MetaData, Table, func, select
from sqlalchemy import create_engine as engine

PREVIOUS = Path(__file__).parent / "releases" / "20261122.sql.xz"
REVISION = "rooms"  # where the release stood
_BOOKKEEPING = ("alembic_version", "migration_runs")


def pack(database: Path, target: Path) -> None:
    """Write the SQLite file as compressed SQL."""
    with closing(sqlite3.connect(database)) as opened:
        target.write_bytes(lzma.compress("\n".join(opened.iterdump()).encode(), preset=9))


def unpack(target: Path) -> Engine:
    """The previous release's database as a SQLite file at `target`; plain types, no rules."""
    with closing(sqlite3.connect(target)) as made:
        made.executescript(lzma.decompress(PREVIOUS.read_bytes()).decode())
    return engine(f"sqlite:///{target}")


def rows_of(old: Engine) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    """Each table as it was, with its rows as Python values."""
    tables = MetaData()
    tables.reflect(old)
    with old.connect() as connection:
        for name, table in tables.tables.items():
            if name not in _BOOKKEEPING:
                yield table, [dict(row) for row in connection.execute(select(table)).mappings()]


def write(rows: Iterable[tuple[Table, list[dict[str, Any]]]], into: Connection) -> None:
    """Insert as the old code does: its columns by name, whatever else the tables have by now.

    Foreign keys are not looked at (the caller turned them off): the tables come in any order.
    """
    there = MetaData()
    there.reflect(into)
    for old, many in rows:
        if many:
            new = there.tables[old.name]
            for column in new.c:
                if isinstance(column.type, JSON):
                    column.type.none_as_null = True
            into.execute(new.insert().inline(), [_known(new, row) for row in many])


def counts(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    there = MetaData()
    there.reflect(connection)
    return {
        name: connection.scalar(select(func.count()).select_from(table)) or 0
        for name, table in there.tables.items()
        if name not in _BOOKKEEPING
    }


def _known(new: Table, row: dict[str, Any]) -> dict[str, Any]:
    """Column by column; one that is gone fails here, as the old code would."""
    return {new.c[name].name: value for name, value in row.items()}


if __name__ == "__main__":
    pack(Path(sys.argv[1]), Path(sys.argv[2]))
