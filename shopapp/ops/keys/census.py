"""What is sealed with what: values by data key, data keys by the key that wraps them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from shopapp.connections.models import DataKey
from shopapp.db import Session
from shopapp.ops.keys.sealed import sealed_columns
from shopapp.ops.keys.stores import looking_into, shops
from shopapp.tenancy import store_of


@dataclass(frozen=True, slots=True)
class KeyUse:
    """A data key of a store, who wraps it, and how many values are sealed with it."""

    id: str
    version: int
    kek_id: str
    made_at: datetime
    values: int


@dataclass(frozen=True, slots=True)
class StoreKeys:
    """The data keys of a store, the newest first; `total` counts its sealed values."""

    keys: Sequence[KeyUse]
    total: int

    @property
    def due(self) -> int:
        """How many values are not sealed with the newest key."""
        return self.total - (self.keys[0].values if self.keys else 0)

    @property
    def lost(self) -> int:
        """How many values are sealed with a key that is not here."""
        return self.total - sum(key.values for key in self.keys)


def keys_of(session: Session) -> StoreKeys:
    """The data keys and values of the session's store."""
    rows = session.scalars(select(DataKey).order_by(DataKey.version.desc())).all()
    uses = [
        KeyUse(row.id, row.version, row.kek_id, row.created_at, sum(uses_of(session, row.id)))
        for row in rows
    ]
    return StoreKeys(uses, sum(uses_of(session)))


def uses_of(session: Session, key_id: str | None = None) -> Sequence[int]:
    """How many values the session's store has in each sealed column; of one data key, if given."""
    store_id = store_of(session)
    queries = (
        select(func.count())
        .select_from(column.table)
        .where(
            column.is_set_in(store_id),
            *([column.is_sealed_with(key_id)] if key_id is not None else []),
        )
        for column in sealed_columns()
    )
    return [session.connection().execute(query).scalar_one() for query in queries]


def wrapped_by() -> Counter[str]:
    """How many data keys each key-encryption key wraps, over all stores."""
    counted: Counter[str] = Counter()
    for shop in shops():
        with looking_into(shop.id) as session:
            counted.update(session.scalars(select(DataKey.kek_id)))
    return counted
