"""An installation with sealed values, and what its stores can read of them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import object_session, undefer

from shopapp.config import Config
from shopapp.connections.models import DataKey, Provider, StoreSecret
from shopapp.connections.vault import Vault
from shopapp.crypto import envelope, instance
from shopapp.crypto.keyrings import WrappedKey
from shopapp.crypto.ring import Ring
from shopapp.db import Session
from shopapp.ids import new_id
from shopapp.ops.keys import census
from shopapp.ops.keys.resealing import Keys
from shopapp.ops.keys.stores import looking_into
from shopapp.stores.models import Store
from shopapp.tenancy import store_transaction
from tests import cast
from tests.canaries import canary


@dataclass
class Room:
    """The installation inside its app context; values are read as each request reads them."""

    app: Flask
    config: Config

    @property
    def ring(self) -> Ring:
        """The keyring as a process has it that starts now."""
        return instance.load(self.config).keyring

    def seal(self, handle: str, name: str) -> None:
        """Give a store a secret called `name`, and its token on the way."""
        shop, ring = cast.shop(handle), self.ring
        with store_transaction(shop.id) as session:
            row = StoreSecret(provider=Provider.LLM, name=name)
            session.add(row)
            Vault(session, ring).seal(row, "secret", canary(name))
            store = session.get_one(Store, shop.id)
            Vault(session, ring).seal(store, "access_token", canary("token"))

    def seal_many(self, handle: str, count: int) -> None:
        """`count` more secrets of a store that has a key, written in bulk."""
        shop = cast.shop(handle)
        with store_transaction(shop.id) as session:
            row = session.scalars(select(DataKey)).one()
            key = self.ring.unwrap(WrappedKey(row.kek_id, row.wrapped), row.id, shop.id)
            rows = [_secret(shop.id, key, f"many-{number}") for number in range(count)]
            session.execute(insert(StoreSecret), rows)

    def read(self, handle: str) -> set[str]:
        """Every secret of a store, opened; raises when one cannot be."""
        shop, ring = cast.shop(handle), self.ring
        with looking_into(shop.id) as session:
            rows = session.scalars(select(StoreSecret).options(undefer("*"))).all()
            vault = Vault(session, ring)
            assert {vault.open(row, "secret") for row in rows} == {canary(row.name) for row in rows}
            token = vault.open(session.get_one(Store, shop.id), "access_token")
            return {row.name for row in rows} | ({"token"} if token == canary("token") else set())

    def read_some(self, handle: str, count: int, *, among: int) -> int:
        """Open `count` secrets from anywhere in a store; raises when one cannot be."""
        start = random.randrange(among - count)
        query = select(StoreSecret).order_by(StoreSecret.id).offset(start).limit(count)
        with looking_into(cast.shop(handle).id) as session:
            vault = Vault(session, self.ring)
            for row in session.scalars(query.options(undefer("*"))):
                assert vault.open(row, "secret") == canary(row.name)
        return count

    def open_all(self, handle: str) -> int:
        """Open every secret of a store without asking for its key each time; how many."""
        shop = cast.shop(handle)
        keys = Keys(self.ring, shop.id)
        query = select(StoreSecret.id, StoreSecret.name, StoreSecret.secret_ciphertext)
        with looking_into(shop.id) as session:
            rows = session.execute(query).all()
        for row_id, name, blob in rows:
            place = envelope.Place(shop.id, "store_secret", "secret", row_id)
            plain = envelope.open_sealed(blob, keys.named(envelope.key_id_of(blob)), place)
            assert plain.decode() == canary(name)
        return len(rows)

    def keys(self, handle: str) -> census.StoreKeys:
        with looking_into(cast.shop(handle).id) as session:
            return census.keys_of(session)

    def versions(self, handle: str) -> dict[int, int]:
        """How many values each data key of a store seals, by its version."""
        return {key.version: key.values for key in self.keys(handle).keys}

    @contextmanager
    def writing(self, handle: str) -> Iterator[tuple[Vault, StoreSecret]]:
        """A transaction that is about to change the first secret of a store."""
        with store_transaction(cast.shop(handle).id) as session:
            yield Vault(session, self.ring), self.first(session)

    def commit(self, row: StoreSecret) -> None:
        """End the transaction `row` is in."""
        session = object_session(row)
        assert session is not None
        session.commit()

    def first(self, session: Session) -> StoreSecret:
        """The first secret of the session's store."""
        return session.scalars(select(StoreSecret).where(StoreSecret.name == "first")).one()


def _secret(store_id: str, key: envelope.DataKey, name: str) -> dict[str, object]:
    row_id = new_id()
    place = envelope.Place(store_id, "store_secret", "secret", row_id)
    return {
        "id": row_id,
        "store_id": store_id,
        "provider": Provider.LLM,
        "name": name,
        "secret_ciphertext": envelope.seal(canary(name).encode(), key, place),
        "encryption_version": 1,
    }
