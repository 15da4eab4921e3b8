"""PostgreSQL's own programs: found, not too old, and run without a password in sight."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from shopapp.ops.backups.errors import BackupError

_DEBIAN = Path("/usr/lib/postgresql")


def program(name: str) -> str:
    """The path of `pg_dump`, `pg_restore` or `psql`. Raises BackupError."""
    newest = sorted(
        _DEBIAN.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4].split(".")[0])
    )
    found = shutil.which(name) or (str(newest[-1]) if newest else None)
    if found is None:
        message = f"{name} is not installed: install PostgreSQL's client programs and try again"
        raise BackupError(message)
    return found


def check_not_older(name: str, connection: psycopg.Connection[Any]) -> None:
    """Refuse a client that is older than the server it is to talk to. Raises BackupError."""
    said = subprocess.run([program(name), "--version"], capture_output=True, text=True, check=True)
    client = int(re.findall(r"\d+", said.stdout)[0])
    server = connection.info.server_version // 10000
    if client < server:
        message = (
            f"{name} {client} cannot talk to PostgreSQL {server}: "
            f"install the client programs of version {server} and put them first in PATH"
        )
        raise BackupError(message)


@contextmanager
def connected(url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection to PostgreSQL; commits at the end of the block. Raises BackupError."""
    try:
        connection = psycopg.connect(url)
    except psycopg.OperationalError as error:
        reason = (str(error).strip().splitlines() or ["no answer"])[-1]
        message = f"PostgreSQL cannot be reached ({reason}): check DIRECT_URL, BACKUP_DATABASE_URL"
        raise BackupError(message) from None
    with connection:
        yield connection


def run(command: Sequence[str]) -> None:
    """Run one of the programs to its end. Raises BackupError with what it said."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode != 0:
        raise BackupError(sentence(Path(command[0]).name, done.stderr.decode(errors="replace")))


@contextmanager
def address(url: str, folder: Path) -> Iterator[str]:
    """`url` for a program's arguments: its password waits in a file only we can read."""
    values: dict[str, Any] = dict(conninfo_to_dict(url))
    password = values.pop("password", None)
    if password is None:
        yield make_conninfo(**values)
        return
    passfile = folder / ".pgpass"
    passfile.touch(mode=0o600)
    escaped = str(password).replace("\\", "\\\\").replace(":", "\\:")
    passfile.write_text(f"*:*:*:*:{escaped}\n")
    try:
        yield make_conninfo(**values, passfile=str(passfile))
    finally:
        passfile.unlink()


def sentence(name: str, said: str) -> str:
    """What a program said was wrong, as one sentence."""
    if "row-level security" in said:
        return PAST_THE_WALL
    lines = [line for line in said.splitlines() if "error" in line.lower()] or said.splitlines()
    reason = lines[0].strip().removeprefix(f"{name}: ") if lines else "it said nothing"
    return f"{name} failed ({reason[:300]}): nothing was changed"


PAST_THE_WALL = (
    "this role may not read past row-level security: run shopapp db roles as the owner and set "
    "BACKUP_DATABASE_URL to the backup role it makes"
)
