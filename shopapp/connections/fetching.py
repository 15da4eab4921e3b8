"""Data keys fetched before a transaction begins, where the keyring is an outside service."""

from __future__ import annotations

from contextlib import closing, suppress

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from shopapp.connections.models import DataKey
from shopapp.crypto import envelope
from shopapp.crypto.keyrings import Keyring, KeyringError, WrappedKey
from shopapp.db import Session, new_session
from shopapp.ids import new_id
from shopapp.tenancy import bind, store_of, store_transaction


def fetch_keys_first(session: Session, keyring: Keyring) -> None:
    """`fetch_keys` for the session's store; a transaction that is open is let go first."""
    if keyring.is_remote:
        session.rollback()
        fetch_keys(keyring, store_of(session))


def fetch_keys(keyring: Keyring, store_id: str) -> None:
    """Unwrap the store's data keys with no transaction open, where that is a call to a service.

    To be called before the transaction in which a secret is opened or sealed: the keyring then
    answers from memory. A store without a key gets its first. A keyring that does not answer says
    so when a secret is really needed.
    """
    if not keyring.is_remote:
        return
    with suppress(KeyringError, envelope.CannotOpen):
        for key_id, wrapped in _wrapped(store_id) or [_first(keyring, store_id)]:
            keyring.unwrap(wrapped, key_id, store_id)


def _wrapped(store_id: str) -> list[tuple[str, WrappedKey]]:
    with closing(new_session()) as session:
        session.reading = True
        bind(session, store_id)
        rows = session.scalars(select(DataKey)).all()
        return [(row.id, WrappedKey(row.kek_id, row.wrapped)) for row in rows]


def _first(keyring: Keyring, store_id: str) -> tuple[str, WrappedKey]:
    key = envelope.DataKey(new_id(), envelope.new_key())
    wrapped = keyring.wrap(key, store_id)
    row = DataKey(id=key.id, version=1, kek_id=wrapped.kek_id, wrapped=wrapped.blob)
    with suppress(IntegrityError), store_transaction(store_id) as session:  # another was faster
        session.add(row)
    return key.id, wrapped
