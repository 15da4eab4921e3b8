"""Crypto-shredding: a store's secrets can never be opened again, wherever their bytes went."""

from __future__ import annotations

from sqlalchemy import null, select, update

from shopapp.audit.actions import record
from shopapp.connections.models import DataKey
from shopapp.db import Session
from shopapp.ops.keys.sealed import sealed_columns
from shopapp.stores.models import Store
from shopapp.tenancy import bind


def shred(session: Session, store_id: str) -> int:
    """Destroy the data keys of the store; how many there were. The caller commits.

    The sealed values, worthless from here on, are taken out as well, and the audit log tells of
    it. Doing it again does nothing, so that a restored database can be treated the same way: a
    backup holds the wrapped keys of its day. Raises CrossStore for a session of another store.
    """
    bind(session, store_id)
    keys = session.scalars(select(DataKey).with_for_update()).all()
    for column in sealed_columns():
        emptied = {column.ciphertext: null(), column.table.c[f"{column.name}_hint"]: null()}
        session.connection().execute(
            update(column.table).where(column.is_set_in(store_id)).values(emptied)
        )
    for key in keys:
        session.delete(key)
    if keys:
        store = session.scalars(select(Store).where(Store.id == store_id)).one()
        record(session, "keys.shredded", store, by=None, after={"destroyed": len(keys)})
    session.flush()
    session.expire_all()
    return len(keys)
