"""The proof that sealed values open where they have arrived: one a store."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import Connection, select
from sqlalchemy.orm import undefer

from shopapp.connections.models import StoreSecret
from shopapp.connections.vault import Vault
from shopapp.crypto.envelope import CannotOpen
from shopapp.crypto.keyrings import Keyring, KeyringError
from shopapp.db import Session, db
from shopapp.ops.copying import moving
from shopapp.stores.models import Store
from shopapp.tenancy import bind


def tried(connection: Connection, keyring: Keyring) -> tuple[int, int]:
    """How many stores have a sealed value, and in how many of them one opened.

    A value is bound to store, table, column and row; all four are copied, so it opens as before
    with the same keyring.
    """
    results = [_opens(connection, store_id, keyring) for store_id in moving.stores(connection)]
    return len(results) - results.count(None), results.count(True)


def _opens(connection: Connection, store_id: str, keyring: Keyring) -> bool | None:
    with Session(db, bind=connection) as session:
        bind(session, store_id)
        found = _sealed(session, store_id)
        if found is None:
            return None
        with suppress(CannotOpen, KeyringError):
            return Vault(session, keyring).open(*found) is not None
    return False


def _sealed(session: Session, store_id: str) -> tuple[object, str] | None:
    secret = session.scalar(
        select(StoreSecret)
        .options(undefer(StoreSecret.secret_ciphertext))
        .where(StoreSecret.secret_ciphertext.is_not(None))
        .limit(1)
    )
    if secret is not None:
        return secret, "secret"
    store = session.get_one(Store, store_id, options=[undefer(Store.access_token_ciphertext)])
    return (store, "access_token") if store.access_token.is_set else None
