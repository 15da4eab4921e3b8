"""A data key as the keyring gives it back, or one sentence why it does not."""

from __future__ import annotations

from shopapp.connections.models import DataKey
from shopapp.crypto.envelope import CannotOpen
from shopapp.crypto.envelope import DataKey as PlainKey
from shopapp.crypto.keyrings import Keyring, KeyringError, WrappedKey


def unwrapped(keyring: Keyring, store_id: str, row: DataKey) -> PlainKey:
    """The key of `row`; raises KeyringError, also for a key of the same name that is another."""
    try:
        return keyring.unwrap(WrappedKey(row.kek_id, row.wrapped), row.id, store_id)
    except CannotOpen:
        message = (
            f"the key '{row.kek_id}' of this keyring does not open data key {row.version}: "
            "put back the keyring that belongs to this database"
        )
    raise KeyringError(message)
