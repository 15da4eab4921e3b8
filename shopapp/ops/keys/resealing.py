"""Sealing anew with the newest data key: small batches, readable and writable throughout."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple

from sqlalchemy import bindparam, not_, select, update

from shopapp.connections.models import DataKey
from shopapp.crypto import envelope
from shopapp.crypto.keyrings import Keyring
from shopapp.db import Session
from shopapp.home.standing import counted
from shopapp.ops.keys.census import keys_of
from shopapp.ops.keys.sealed import SealedColumn, sealed_columns
from shopapp.ops.keys.stores import looking_into
from shopapp.ops.keys.unwrapping import unwrapped
from shopapp.refusals import Refused

BATCH = 500
_REST = 0.01  # seconds after a batch: on SQLite whoever waits to write gets a turn

Write = Callable[[], AbstractContextManager[Session]]
Note = Callable[[Session, int, int], None]


class Unopenable(Refused):
    """Values are left that no key of the store opens."""


class Value(NamedTuple):
    """A sealed value of a row."""

    row: str
    blob: bytes


class Change(NamedTuple):
    """A value sealed anew: valid as long as the row still holds `old`."""

    row: str
    old: bytes
    new: bytes


def reseal(keyring: Keyring, store_id: str, *, write: Write, note: Note) -> int:
    """Seal every value of the store with its newest data key; how many were changed.

    Each batch is read and opened with no transaction open, then written in a transaction of
    `write`, in which `note(session, done, total)` keeps the progress. A value that somebody changed
    meanwhile stays as they left it. Stopped anywhere, it goes on from there. Raises Unopenable.
    """
    changed = 0
    if not _has_keys(store_id):  # shredded since this was queued
        return changed
    while in_this_pass := _once_through(Keys(keyring, store_id), write, note):
        changed += in_this_pass
    _refuse_leftovers(store_id)
    return changed


class Keys:
    """The data keys of a store, each unwrapped when it is first asked for."""

    def __init__(self, keyring: Keyring, store_id: str) -> None:
        self.store_id = store_id
        with looking_into(store_id) as session:
            rows = session.scalars(select(DataKey).order_by(DataKey.version)).all()
        self.newest = rows[-1]
        self._keyring = keyring
        self._rows = {row.id: row for row in rows}
        self._unwrapped: dict[str, envelope.DataKey] = {}

    def named(self, key_id: str) -> envelope.DataKey:
        """The data key; raises KeyringError, and CannotOpen for one the store does not have."""
        if key_id not in self._rows:
            message = "sealed with a key this store does not have"
            raise envelope.CannotOpen(message)
        if key_id not in self._unwrapped:
            self._unwrapped[key_id] = unwrapped(self._keyring, self.store_id, self._rows[key_id])
        return self._unwrapped[key_id]


def _once_through(keys: Keys, write: Write, note: Note) -> int:
    with looking_into(keys.store_id) as session:
        found = keys_of(session)
    before, changed = found.total - found.due, 0
    for column in sealed_columns():
        for batch in _batches(column, keys):
            changes = list(_changes(column, keys, batch))
            if changes:
                with write() as session:
                    _put(session, column, keys, changes)
                    changed += len(changes)
                    note(session, before + changed, found.total)
                time.sleep(_REST)
    return changed


def _batches(column: SealedColumn, keys: Keys) -> Iterator[Sequence[Value]]:
    """The values that are not sealed with the newest key, as they are when their turn comes."""
    row = column.table.c.id
    waiting = column.is_set_in(keys.store_id) & not_(column.is_sealed_with(keys.newest.id))
    with looking_into(keys.store_id) as session:
        rows = session.connection().scalars(select(row).where(waiting).order_by(row)).all()
    for start in range(0, len(rows), BATCH):
        these = row.in_(rows[start : start + BATCH])
        with looking_into(keys.store_id) as session:
            query = select(row, column.ciphertext).where(waiting, these)
            batch = session.connection().execute(query).all()
        yield [Value(*each) for each in batch]


def _changes(column: SealedColumn, keys: Keys, batch: Sequence[Value]) -> Iterator[Change]:
    """The batch sealed anew, without what no key opens."""
    newest = keys.named(keys.newest.id)
    for row, blob in batch:
        place = column.place(keys.store_id, row)
        try:
            plain = envelope.open_sealed(blob, keys.named(envelope.key_id_of(blob)), place)
        except envelope.CannotOpen:
            continue
        yield Change(row, blob, envelope.seal(plain, newest, place))


def _put(session: Session, column: SealedColumn, keys: Keys, changes: Sequence[Change]) -> None:
    """Write what nobody changed meanwhile; rows stay as recently changed as they were."""
    table = column.table
    statement = (
        update(table)
        .where(
            table.c.id == bindparam("row"),
            column.owner == keys.store_id,
            column.ciphertext == bindparam("old"),
        )
        .values(
            {
                column.ciphertext: bindparam("new"),
                table.c.encryption_version: keys.newest.version,
                table.c.updated_at: table.c.updated_at,
            }
        )
    )
    session.connection().execute(statement, [change._asdict() for change in changes])


def _has_keys(store_id: str) -> bool:
    with looking_into(store_id) as session:
        return session.scalar(select(DataKey.id).limit(1)) is not None


def _refuse_leftovers(store_id: str) -> None:
    with looking_into(store_id) as session:
        left = keys_of(session).due
    if left:
        message = (
            f"what no key of the store opens was left as it is ({counted(left, 'value')}): "
            "enter it again (Settings, Connections), then rotate again"
        )
        raise Unopenable(message)
