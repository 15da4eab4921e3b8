"""What differs between a row and what a file says about it; new rows go in many at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert

from shopapp.db import Base, Session
from shopapp.ids import new_id
from shopapp.tenancy import store_of


def applied(row: Base, values: Mapping[str, Any], *, write: bool) -> bool:
    """Whether `values` differ from the row's own; with `write` the row takes them."""
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    if write:
        for name, value in differing.items():
            setattr(row, name, value)
    return bool(differing)


class Inserts:
    """New rows by model, kept until a batch is written."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._store_id = store_of(session)
        self._rows: dict[type[Base], list[dict[str, Any]]] = {}

    def add(self, model: type[Base], values: Mapping[str, Any]) -> str:
        """Remember a row; its id is given at once."""
        row = {"id": new_id(), **values, "store_id": self._store_id}
        self._rows.setdefault(model, []).append(row)
        return str(row["id"])

    def write(self, order: Sequence[type[Base]]) -> None:
        """Insert everything, parents first; what was changed on loaded rows is written too."""
        self._session.flush()
        for model in order:
            rows = self._rows.pop(model, [])
            if rows:
                self._session.execute(insert(model), rows)

    def drop(self) -> None:
        """Forget everything: this was a check."""
        self._rows.clear()
