"""Expand first: what a newer schema may not do while the previous release still runs on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, inspect

UNFILLED = (
    "is NOT NULL without a server default, and the previous release does not fill it: give it "
    "server_default, in the model and in the migration"
)


@dataclass(frozen=True)
class Shape:
    """One table: its columns, CHECKs, unique keys and references by name."""

    columns: dict[str, dict[str, Any]]
    checks: dict[str, str]
    uniques: dict[str, tuple[str, ...]]
    references: dict[str, tuple[str, ...]]


def shapes(connection: Connection) -> dict[str, Shape]:
    there = inspect(connection)
    return {name: _shape(there, name) for name in there.get_table_names()}


def complaints(old: dict[str, Shape], new: dict[str, Shape]) -> list[str]:
    """One line for each thing the previous release would stumble over."""
    return [line for name, before in old.items() for line in _of_table(name, before, new.get(name))]


def _of_table(name: str, old: Shape, new: Shape | None) -> Iterator[str]:
    if new is None:
        yield f"{name} is gone"
        return
    added = new.columns.keys() - old.columns.keys()
    yield from (f"{name}.{line}" for line in _of_columns(old.columns, new.columns))
    for check, words in new.checks.items():
        if old.checks.get(check) != words and not _is_looser(old.checks.get(check), words, added):
            yield f"{check} is a new condition on what the previous release writes"
    for kind, before, after in (
        ("key", old.uniques, new.uniques),
        ("reference", old.references, new.references),
    ):
        for each, columns in after.items():
            if before.get(each) != columns and added.isdisjoint(columns):
                yield f"{each} is a new {kind} over what the previous release writes"


def _of_columns(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for name, column in old.items():
        if name not in new:
            yield f"{name} is gone, but the previous release reads and writes it"
        elif str(new[name]["type"]) != str(column["type"]):
            yield f"{name} was {column['type']} and is {new[name]['type']}"
        elif column["nullable"] and not new[name]["nullable"]:
            yield f"{name} may not be empty any more"
    for name in new.keys() - old.keys():
        if not new[name]["nullable"] and new[name]["default"] is None:
            yield f"{name} {UNFILLED}"


def _is_looser(old: str | None, new: str, added: set[str]) -> bool:
    """More values than before, or a condition on new columns alone."""
    if old is not None:
        return _values(old) < _values(new)
    return bool(added & set(re.findall(r"\w+", new)))


def _values(condition: str) -> set[str]:
    return set(re.findall(r"'([^']*)'", condition))


def _shape(there: Any, table: str) -> Shape:
    uniques = {each["name"]: each["column_names"] for each in there.get_unique_constraints(table)}
    for index in there.get_indexes(table):
        if index["unique"]:
            uniques[index["name"]] = index["column_names"]
    return Shape(
        columns={each["name"]: each for each in there.get_columns(table)},
        checks={each["name"]: each["sqltext"] for each in there.get_check_constraints(table)},
        uniques={name: tuple(columns) for name, columns in uniques.items()},
        references={
            each["name"]: tuple(each["constrained_columns"])
            for each in there.get_foreign_keys(table)
        },
    )
