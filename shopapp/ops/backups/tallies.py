"""How many rows a table has, and a digest of them that does not depend on their order."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import Connection, sql

_MODULUS = 1 << 256
_STORED = """
    SELECT attname FROM pg_attribute
    WHERE attrelid = to_regclass(format('public.%%I', %s::text))
      AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    ORDER BY attnum
"""
_ASSEMBLED = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
_WORDS = (
    "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'; SET LOCAL bytea_output = 'hex'; "
    "SET LOCAL intervalstyle = 'postgres'"
)
# A role that policies let read everything gets an error from row_security = off all the same.
_READS_BY_POLICY = """
SELECT NOT (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user)
   AND NOT EXISTS (SELECT FROM pg_class AS walled
    WHERE relrowsecurity AND relnamespace = 'public'::regnamespace AND (
          NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = walled.oid AND polpermissive
              AND polcmd IN ('r', '*') AND pg_get_expr(polqual, polrelid) = 'true'
              AND current_user::regrole::oid = ANY (polroles))
          OR EXISTS (SELECT FROM pg_policy WHERE polrelid = walled.oid AND NOT polpermissive)))
"""


@dataclass(frozen=True, slots=True)
class Tally:
    """`digest` is hex: the sum of the rows' digests, each keyed with the backup's salt."""

    rows: int
    digest: str


def of_sqlite(path: Path, salt: bytes) -> dict[str, Tally]:
    """Every table of the SQLite file in `path`, virtual tables' own storage included."""
    connection = sqlite3.connect(path)
    try:
        connection.text_factory = bytes
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
            "AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
        )
        tables = [name.decode() for (name,) in names]
        return {
            name: _tally(map(_cells, connection.execute(f'SELECT * FROM "{name}"')), salt)  # noqa: S608  # its own table
            for name in tables
        }
    finally:
        connection.close()


def reads_by_policy(connection: Connection[Any]) -> bool:
    """Whether the role, without BYPASSRLS, has a policy on every walled table that is plainly true.

    `shopapp db roles` makes them where no superuser can give BYPASSRLS.
    """
    row = connection.execute(_READS_BY_POLICY).fetchone()
    return row is not None and bool(row[0])


def of_postgresql(connection: Connection[Any], salt: bytes) -> dict[str, Tally]:
    """Every table of the schema `public`, in the transaction of `connection`.

    Raises psycopg's InsufficientPrivilege for a role that row-level security would keep from rows.
    """
    connection.execute(_WORDS)
    walls = "on" if reads_by_policy(connection) else "off"
    connection.execute(f"SET LOCAL row_security = {walls}".encode())
    tables = [name for (name,) in connection.execute(_ASSEMBLED).fetchall()]
    return {name: _tally(_copied(connection, name), salt) for name in tables}


def _copied(connection: Connection[Any], table: str) -> Iterator[Iterable[bytes]]:
    """A table's rows as PostgreSQL writes them for COPY, which is the same on every server.

    Columns it works out by itself are left out by name: behind walls COPY would write them too.
    """
    columns = [sql.Identifier(name) for (name,) in connection.execute(_STORED, [table]).fetchall()]
    place = sql.Identifier("public", table)
    statement = sql.SQL("COPY {} ({}) TO STDOUT").format(place, sql.SQL(", ").join(columns))
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in copy:
            yield (bytes(row),)


def _tally(rows: Iterable[Iterable[bytes]], salt: bytes) -> Tally:
    count, total = 0, 0
    for row in rows:
        digest = hashlib.blake2b(key=salt, digest_size=32)
        for part in row:
            digest.update(part)
        total = (total + int.from_bytes(digest.digest(), "big")) % _MODULUS
        count += 1
    return Tally(count, f"{total:064x}")


def _cells(row: tuple[Any, ...]) -> Iterator[bytes]:
    """Each value with its kind and length before it, so that no two rows look alike."""
    for value in row:
        text = value if isinstance(value, bytes) else repr(value).encode()
        yield f"{type(value).__name__}:{len(text)}:".encode()
        yield text
