"""Drift: where a database's schema is not what its migrations make."""

from __future__ import annotations

from collections.abc import Iterator

from alembic import command

from shopapp import clock
from shopapp.config import Config
from shopapp.db import plain_engine
from shopapp.ops import database
from shopapp.ops.schema import SchemaError, runs
from shopapp.ops.schema.facts import Facts, facts
from shopapp.ops.schema.grants import misgranted, runtime_role
from shopapp.ops.schema.shadow import shadow

_WIDTH = 160


def drift(config: Config) -> list[str]:
    """One line a difference from the schema of the database's own revision; empty when none.

    Raises SchemaError when there is no revision or no shadow to compare with, DatabaseNewer.
    """
    revision = database.status(config.owner_url).current
    if revision is None:
        message = "the database has no revision to compare with: run shopapp db upgrade first"
        raise SchemaError(message)
    with plain_engine(config.owner_url).connect() as connection:
        granted = sorted(misgranted(connection, runtime_role(config)))
    return _compared(config, revision) + granted


def baseline(config: Config) -> str:
    """Take over a database whose schema is there without a revision; the revision it has now.

    Raises SchemaError unless the schema is exactly that of this code.
    """
    found = database.status(config.owner_url)
    if found.current:
        message = f"the database is under migrations already, at '{found.current}'"
        raise SchemaError(message)
    different = _compared(config, found.head)
    if different:
        message = (
            f"the schema is not that of '{found.head}' (differences: {len(different)}, the first: "
            f"{different[0]}): nothing was changed"
        )
        raise SchemaError(message)
    url = config.owner_url
    command.stamp(database.alembic_config(url), found.head)
    with runs.second_connection(url) as connection:
        runs.make(connection)
        runs.adopt(connection, database.scripts(url), since=clock.now())
    return found.head


def _compared(config: Config, revision: str) -> list[str]:
    with shadow(config, revision) as engine, engine.connect() as connection:
        wanted = facts(connection)
    with plain_engine(config.owner_url).connect() as connection:
        return sorted(differences(facts(connection), wanted))


def differences(there: Facts, wanted: Facts) -> Iterator[str]:
    """One line each: what is missing, what is there unexpectedly, and what is different."""
    for name in wanted.keys() - there.keys():
        yield f"missing: {name}"
    for name in there.keys() - wanted.keys():
        yield f"unexpected: {name} {_short(there[name])}".rstrip()
    for name in wanted.keys() & there.keys():
        if wanted[name] != there[name]:
            yield f"changed: {name} is {_short(there[name])}, not {_short(wanted[name])}"


def _short(definition: str) -> str:
    return definition if len(definition) <= _WIDTH else f"{definition[:_WIDTH]}…"
