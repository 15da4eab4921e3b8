"""Destroying keys that nothing uses any more: old data keys, and keys of the local keyring."""

from __future__ import annotations

from sqlalchemy import select

from shopapp.audit.actions import record
from shopapp.config import Config
from shopapp.connections.models import DataKey
from shopapp.crypto import instance
from shopapp.crypto.keyrings import LocalKeyring
from shopapp.crypto.kms import PREFIX
from shopapp.db import Session
from shopapp.home.standing import counted
from shopapp.ops.keys.census import uses_of, wrapped_by
from shopapp.ops.keys.sealed import sealed_columns
from shopapp.ops.keys.stores import Shop
from shopapp.refusals import Refused
from shopapp.stores.models import Store
from shopapp.tenancy import store_transaction


class InUse(Refused):
    """The key still opens something; the message says what, and what to do."""


def retire_data_keys(shop: Shop) -> int:
    """Destroy the store's data keys but the newest; how many. Raises InUse.

    What somebody seals with one at this moment is waited for, and seen.
    """
    with store_transaction(shop.id) as session:
        query = select(DataKey).order_by(DataKey.version).with_for_update()
        old = session.scalars(query).all()[:-1]
        for key in old:
            _refuse_in_use(session, shop, key)
            session.delete(key)
        if old:
            store = session.scalars(select(Store).where(Store.id == shop.id)).one()
            gone = {"rotations": [key.version for key in old]}
            record(session, "keys.retired", store, by=None, before=gone, source="cli")
    return len(old)


def retire_local(config: Config, name: str) -> LocalKeyring:
    """Take a key-encryption key out of the local keyring. Raises InUse or KeyringError."""
    if name.startswith(PREFIX):
        message = f"{name} is kept by AWS: when keys list says that it wraps nothing, end it there"
        raise InUse(message)
    wraps = wrapped_by()[name]
    if wraps:
        what = counted(wraps, "data key")
        message = f"the key '{name}' still wraps {what}: run shopapp keys rewrap first"
        raise InUse(message)
    return instance.remove_key(config, name)


def _refuse_in_use(session: Session, shop: Shop, key: DataKey) -> None:
    uses = zip(sealed_columns(), uses_of(session, key.id), strict=True)
    places = ", ".join(f"{counted(count, 'value')} in {column}" for column, count in uses if count)
    if places:
        message = (
            f"data key {key.version} of {shop.handle} still opens values ({places}): "
            f"run shopapp keys rotate --store {shop.handle} first"
        )
        raise InUse(message)
