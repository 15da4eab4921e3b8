"""The tables a store's admin may look into: the store's own, and its share of the platform's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, inspect, select, true

from shopapp.accounts.models import Invitation, Membership, User
from shopapp.db import Base
from shopapp.jobs.models import Job
from shopapp.ops import database
from shopapp.ops.studio.columns import Field, field
from shopapp.stores.models import Store
from shopapp.tenancy import StoreOwned

Share = Callable[[str], ColumnElement[bool]]
# Platform tables are left out unless it is said here which of their rows concern a store.
SHARES: dict[type[Base], Share] = {
    Store: lambda store_id: Store.id == store_id,
    User: lambda store_id: User.id.in_(
        select(Membership.user_id).where(Membership.store_id == store_id)
    ),
    Membership: lambda store_id: Membership.store_id == store_id,
    Invitation: lambda store_id: Invitation.store_id == store_id,
    Job: lambda store_id: Job.store_id == store_id,
}


@dataclass(frozen=True)
class Table:
    """A table with its columns in their order; `area` is where its model lives."""

    name: str
    model: type[Base]
    fields: tuple[Field, ...]

    @property
    def area(self) -> str:
        return self.model.__module__.split(".")[1]

    @property
    def about(self) -> str:
        """What a row is, in the model's own words."""
        return " ".join((self.model.__doc__ or "").replace("`", "").split())

    @property
    def shown(self) -> tuple[Field, ...]:
        return tuple(each for each in self.fields if each.is_shown)

    def field(self, name: str) -> Field | None:
        """The column called `name`, when its values may be asked about."""
        return next((each for each in self.shown if each.name == name), None)

    def share(self, store_id: str) -> ColumnElement[bool]:
        """Which rows belong to the store; of a store's own tables the session sees no others."""
        return SHARES[self.model](store_id) if self.model in SHARES else true()


@dataclass(frozen=True, slots=True)
class Reference:
    """A column of `table` that leads to another table's id."""

    table: Table
    field: Field


@cache
def tables() -> dict[str, Table]:
    """Every table there is to look into, by name, in the order of areas."""
    database.load_models()
    models: list[type[Base]] = [mapper.class_ for mapper in Base.registry.mappers]
    known = [each for each in models if issubclass(each, StoreOwned) or each in SHARES]
    found = sorted((_table(model) for model in known), key=lambda each: (each.area, each.name))
    return {each.name: each for each in found}


@cache
def references(name: str) -> tuple[Reference, ...]:
    """Where rows of the table `name` are referred to; the store that every row has is left out."""
    return tuple(
        Reference(table, each)
        for table in tables().values()
        for each in table.fields
        if each.target == name and each.name != "store_id"
    )


def _table(model: type[Base]) -> Table:
    mapper = inspect(model)
    columns: list[Any] = [*mapper.local_table.columns]
    keys = (mapper.get_property_by_column(each).key for each in columns)
    fields = (field(getattr(model, key), each) for key, each in zip(keys, columns, strict=True))
    return Table(model.__tablename__, model, tuple(fields))
