"""What ails a database that cannot be used, in one sentence a person can act on."""

from __future__ import annotations

import errno
import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError

_UNDONE = "what was under way is undone"
# What SQLite, libpq or PostgreSQL says, and what that asks for; the first that fits counts.
_PLACE = (
    ("readonly database", f"it is read-only: make file and folder writable; {_UNDONE}"),
    ("read-only transaction", f"it is read-only: is this a replica? {_UNDONE}"),
    ("disk is full", f"the disk is full: free some space and try again; {_UNDONE}"),
    ("No space left", f"the disk is full: free some space and try again; {_UNDONE}"),
    ("disk I/O error", f"the disk is full or failing: look at it and try again; {_UNDONE}"),
    ("file is not a database", "the file is damaged or no SQLite database: restore a backup"),
    ("disk image is malformed", "the file is damaged: restore a backup"),
    ("malformed database", "the file is damaged: restore a backup"),
    ("unable to open", "check DATABASE_URL, and that file and folder can be opened"),
    ("database is locked", f"another process holds it: try again when it is done; {_UNDONE}"),
    ("lock timeout", f"another connection holds a lock: try again when it is done; {_UNDONE}"),
    ("password authentication", "check user and password in DATABASE_URL and DIRECT_URL"),
    ("no password supplied", "give the password in DATABASE_URL and DIRECT_URL"),
    ("does not exist", "check the names in DATABASE_URL and DIRECT_URL"),
    ("connection", "is PostgreSQL running there? Check DATABASE_URL and DIRECT_URL"),
    ("could not translate host", "check the host in DATABASE_URL and DIRECT_URL"),
    ("resolve host", "check the host in DATABASE_URL and DIRECT_URL"),
)
_CONNECTING = ("does not exist", "connection")  # said of tables and cursors as well
_DISK = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the disk is read-only",
}
DATABASE_ERRORS = (DBAPIError, psycopg.Error, sqlite3.Error)


def sentence(error: Exception) -> str | None:
    """The whole sentence; None for an error that is no database's and no disk's."""
    if isinstance(error, DATABASE_ERRORS):
        advice = of_the_place(error) or "check DATABASE_URL and its permissions"
        return f"the database cannot be used ({first_line(error)}): {advice}"
    if isinstance(error, OSError) and error.errno in _DISK:
        where = error.filename or error.strerror
        return f"{_DISK[error.errno]} ({where}): free or mend it and try again"
    return None


def of_the_place(error: Exception) -> str | None:
    """What to do when it is not the statement's fault but the disk's, the network's, a lock's."""
    said = first_line(error)
    for mark, advice in _PLACE:
        if mark in said and (mark not in _CONNECTING or _is_about_connecting(error)):
            return advice
    return None


def first_line(error: Exception) -> str:
    """What the database says: without the statement, and without the values in a DETAIL line."""
    raw = getattr(error, "orig", None) or error
    return (str(raw).strip().splitlines() or [""])[0]


def _is_about_connecting(error: Exception) -> bool:
    raw = getattr(error, "orig", None) or error
    return isinstance(raw, psycopg.OperationalError | psycopg.InterfaceError)
