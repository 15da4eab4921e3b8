"""Wrapping data keys anew by the current key of the keyring; no sealed value changes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update

from shopapp.audit.actions import record
from shopapp.connections.models import DataKey
from shopapp.crypto.keyrings import Keyring, WrappedKey
from shopapp.ops.keys.stores import looking_into
from shopapp.ops.keys.unwrapping import unwrapped
from shopapp.stores.models import Store
from shopapp.tenancy import store_transaction


def rewrap(keyring: Keyring, store_id: str) -> int:
    """Wrap the store's data keys by the current key, wherever they were wrapped; how many were.

    The keyring is asked with no transaction open. Raises KeyringError.
    """
    with looking_into(store_id) as session:
        others = select(DataKey).where(DataKey.kek_id != keyring.current)
        rows = session.scalars(others.order_by(DataKey.version)).all()
    wrapped = [keyring.wrap(unwrapped(keyring, store_id, row), store_id) for row in rows]
    return _put(store_id, rows, wrapped) if rows else 0


def _put(store_id: str, rows: Sequence[DataKey], wrapped: Sequence[WrappedKey]) -> int:
    with store_transaction(store_id) as session:
        for row, new in zip(rows, wrapped, strict=True):
            session.execute(
                update(DataKey)
                .where(DataKey.id == row.id, DataKey.wrapped == row.wrapped)
                .values(kek_id=new.kek_id, wrapped=new.blob)
            )
        store = session.scalars(select(Store).where(Store.id == store_id)).one()
        record(
            session,
            "keys.rewrapped",
            store,
            by=None,
            before={"wrapped_by": rows[-1].kek_id},
            after={"wrapped_by": wrapped[-1].kek_id},
            source="cli",
        )
    return len(rows)
