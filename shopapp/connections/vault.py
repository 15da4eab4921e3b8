"""The vault: seals and opens the secrets of the store a session is bound to."""

from __future__ import annotations

from sqlalchemy import select

from shopapp.connections.models import DataKey
from shopapp.crypto import envelope
from shopapp.crypto.columns import Sealed, hint_of
from shopapp.crypto.keyrings import Keyring, KeyringError, WrappedKey
from shopapp.db import Session
from shopapp.tenancy import store_of


class Vault:
    """Seals with the store's newest data key; opens with whichever key a value names."""

    def __init__(self, session: Session, keyring: Keyring) -> None:
        self._session = session
        self._keyring = keyring

    def seal(self, row: object, name: str, secret: str | None) -> None:
        """Put `secret` into the sealed column `name` of `row`; None takes it out."""
        column = _sealed(row, name)
        key_row = self._newest() or self._make()
        if secret is None:
            column.put(row, None, None, key_row.version)
            return
        blob = envelope.seal(secret.encode(), self._unwrapped(key_row), column.place(row))
        column.put(row, blob, hint_of(secret), key_row.version)

    def open(self, row: object, name: str) -> str | None:
        """The plaintext, None when not set; raises CannotOpen or KeyringError."""
        column = _sealed(row, name)
        blob = column.ciphertext(row)
        if blob is None:
            return None
        key = self._unwrapped(self._named(envelope.key_id_of(blob)))
        return envelope.open_sealed(blob, key, column.place(row)).decode()

    def is_openable(self) -> bool:
        """Whether the store has a data key, and the keyring opens it; raises KeyringError."""
        row = self._newest()
        try:
            return row is not None and bool(self._unwrapped(row))
        except envelope.CannotOpen:
            message = (
                "the keyring is not the one this database was sealed with: put back keyring.json "
                "from your backup, or the ENCRYPTION_KEYS of that time"
            )
            raise KeyringError(message) from None

    def _newest(self) -> DataKey | None:
        """Held until our commit: a key is not destroyed while something is sealed with it."""
        return self._session.scalar(
            select(DataKey)
            .where(DataKey.retired_at.is_(None))
            .order_by(DataKey.version.desc())
            .limit(1)
            .with_for_update(read=True)
        )

    def _named(self, key_id: str) -> DataKey:
        row = self._session.scalar(select(DataKey).where(DataKey.id == key_id))
        if row is None:
            message = "sealed with a key this store does not have"
            raise envelope.CannotOpen(message)
        return row

    def _make(self) -> DataKey:
        row = DataKey(version=1)
        key = envelope.DataKey(row.id, envelope.new_key())
        wrapped = self._keyring.wrap(key, store_of(self._session))
        row.kek_id, row.wrapped = wrapped.kek_id, wrapped.blob
        self._session.add(row)
        self._session.flush()
        return row

    def _unwrapped(self, row: DataKey) -> envelope.DataKey:
        wrapped = WrappedKey(row.kek_id, row.wrapped)
        return self._keyring.unwrap(wrapped, row.id, store_of(self._session))


def _sealed(row: object, name: str) -> Sealed:
    column = vars(type(row)).get(name)
    if not isinstance(column, Sealed):
        message = f"{type(row).__name__}.{name} is not a sealed column"
        raise TypeError(message)
    return column
