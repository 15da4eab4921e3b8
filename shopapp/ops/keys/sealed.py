"""Where sealed values are: every sealed column of every model, found in the registry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, Table, and_, func, literal

from shopapp.crypto.columns import Sealed
from shopapp.crypto.envelope import Place, head_of
from shopapp.db import Base
from shopapp.ops.database import load_models


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """The sealed column `name` of a table; its rows belong to stores, or are stores."""

    table: Table
    name: str

    def __str__(self) -> str:
        return f"{self.table.name}.{self.name}"

    @property
    def ciphertext(self) -> ColumnElement[Any]:
        return self.table.c[f"{self.name}_ciphertext"]

    @property
    def owner(self) -> ColumnElement[Any]:
        return self.table.c["store_id" if "store_id" in self.table.c else "id"]

    def is_set_in(self, store_id: str) -> ColumnElement[bool]:
        """The values of a store."""
        return and_(self.owner == store_id, self.ciphertext.is_not(None))

    def is_sealed_with(self, key_id: str) -> ColumnElement[bool]:
        """The values whose envelope names the data key `key_id`."""
        head = head_of(key_id)
        start = func.substr(self.ciphertext, 1, len(head), type_=LargeBinary)
        return start == literal(head, LargeBinary)

    def place(self, store_id: str, row_id: str) -> Place:
        """The place a value of this column is sealed for."""
        return Place(store_id, self.table.name, self.name, row_id)


def sealed_columns() -> tuple[SealedColumn, ...]:
    """Every sealed column, in alphabetical order."""
    load_models()
    found = [
        SealedColumn(mapper.local_table, name)  # type: ignore[arg-type]
        for mapper in Base.registry.mappers
        for name, value in vars(mapper.class_).items()
        if isinstance(value, Sealed)
    ]
    return tuple(sorted(found, key=str))
