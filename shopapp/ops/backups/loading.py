"""A dump into a PostgreSQL database: all of it in one transaction, or nothing."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import errors, sql

from shopapp.config import Config
from shopapp.ids import new_id
from shopapp.ops.backups import programs, tallies
from shopapp.ops.backups.errors import BackupError
from shopapp.ops.backups.snapshots import plain
from shopapp.ops.backups.tallies import Tally

# What an earlier or later revision left in the schema goes as well; extensions stay.
_EMPTIED = """
BEGIN;
SET LOCAL lock_timeout = '30s';
SET LOCAL client_min_messages = warning;
DO $$
DECLARE found record;
BEGIN
    FOR found IN
        SELECT oid::regclass::text AS name,
            CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
                WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind
        FROM pg_class WHERE relnamespace = 'public'::regnamespace
            AND relkind IN ('r', 'p', 'v', 'm', 'S') AND NOT relispartition
            AND NOT EXISTS (SELECT FROM pg_depend
                WHERE objid = pg_class.oid AND deptype IN ('e', 'i', 'a'))
    LOOP
        EXECUTE format('DROP %s IF EXISTS %s CASCADE', found.kind, found.name);
    END LOOP;
    FOR found IN
        SELECT oid::regprocedure::text AS name FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS
            (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
    LOOP
        EXECUTE format('DROP ROUTINE IF EXISTS %s CASCADE', found.name);
    END LOOP;
END $$;
"""
_OF_A_ROLE = re.compile(r" POLICY public \S+ \S+_for_(backup|search) ")  # made by db roles
_UNREADABLE = "pg_restore could not read the dump in this backup: nothing was changed"
# Grants stay behind, and so do what migrations took back: a new function is everybody's to call.
_CLOSED = """
DO $$
DECLARE found record;
BEGIN
    FOR found IN
        SELECT oid::regprocedure::text AS name FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND prosecdef
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', found.name);
    END LOOP;
END $$;
"""
_UNFORCED = """
SELECT format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', oid::regclass) FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relforcerowsecurity
"""


def load(url: str, dump: Path, folder: Path, *, then: str = "") -> None:
    """Replace what the database at `url` holds by `dump`, and run the SQL `then` with it.

    The transaction ends with a COMMIT of ours: whoever is killed on the way changes nothing.
    Raises BackupError.
    """
    with programs.connected(url) as connection:
        programs.check_not_older("pg_restore", connection)
    with programs.address(url, folder) as address, tempfile.TemporaryFile() as said:
        psql = subprocess.Popen(
            [programs.program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", address],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
        _feed(psql, dump, then, said)


def _feed(psql: subprocess.Popen[bytes], dump: Path, then: str, said: IO[bytes]) -> None:
    assert psql.stdin is not None  # noqa: S101  # it is a pipe
    try:
        psql.stdin.write(_EMPTIED.encode())
        for chunk in _statements(dump):
            psql.stdin.write(chunk)
        psql.stdin.write(f"{_CLOSED}{then}\nCOMMIT;\n".encode())
    except BrokenPipeError:  # it has stopped at an error, and says which
        pass
    except BaseException:
        psql.kill()
        raise
    finally:
        with suppress(BrokenPipeError):
            psql.stdin.close()
        psql.wait()
    if psql.returncode != 0:
        said.seek(0)
        raise BackupError(programs.sentence("psql", said.read().decode(errors="replace")))


def _statements(dump: Path) -> Iterator[bytes]:
    """The dump as SQL, without owners, grants and roles' policies: those are this server's own."""
    command = [
        programs.program("pg_restore"),
        "--schema=public",
        "--no-owner",
        "--no-privileges",
        "--no-comments",
        f"--use-list={_contents(dump)}",
        "--file=-",
        str(dump),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as restore:
        assert restore.stdout is not None  # noqa: S101  # it is a pipe
        while chunk := restore.stdout.read(1024 * 1024):
            yield chunk
    if restore.returncode != 0:
        raise BackupError(_UNREADABLE)


def _contents(dump: Path) -> Path:
    """The list of what to restore; a policy for a role fails where that role is not known yet."""
    command = [programs.program("pg_restore"), "--list", str(dump)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    if told.returncode != 0:
        raise BackupError(_UNREADABLE)
    chosen = [line for line in told.stdout.splitlines() if not _OF_A_ROLE.search(line)]
    (path := dump.with_suffix(".list")).write_text("\n".join(chosen))
    return path


@contextmanager
def scratch_database(config: Config) -> Iterator[str]:
    """SHADOW_DATABASE_URL, else a database made beside ours and dropped. Raises BackupError."""
    if config.shadow_database_url:
        shadow = plain(config.shadow_database_url)
        try:
            yield shadow
        finally:
            _empty(shadow)
        return
    url, name = plain(config.owner_url), f"shopapp_verify_{new_id()}"
    with psycopg.connect(url, autocommit=True) as owner:
        try:
            owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        except errors.InsufficientPrivilege:
            message = (
                "this role may not make a scratch database: set SHADOW_DATABASE_URL to an empty "
                "one, or DIRECT_URL to a server where it may"
            )
            raise BackupError(message) from None
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            owner.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _empty(url: str) -> None:
    """Leave nobody's rows behind in a database that stays."""
    with programs.connected(url) as connection:
        connection.autocommit = True
        connection.execute(f"{_EMPTIED} COMMIT")


def tallies_of(url: str, salt: bytes) -> dict[str, Tally]:
    """The tallies of a scratch database of our own, whose walls its owner may step over."""
    with programs.connected(url) as connection:
        for (statement,) in connection.execute(_UNFORCED).fetchall():
            connection.execute(statement)
        found = tallies.of_postgresql(connection, salt)
        connection.rollback()
    return found


def is_empty(connection: psycopg.Connection[Any]) -> bool:
    """Whether nobody's store is in the database."""
    there = connection.execute("SELECT to_regclass('public.store')").fetchone()
    if there is None or there[0] is None:
        return True
    return connection.execute("SELECT 1 FROM public.store LIMIT 1").fetchone() is None
