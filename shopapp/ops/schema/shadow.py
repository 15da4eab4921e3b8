"""The shadow: a scratch database that holds the schema of one revision, and is gone afterwards."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, make_url
from sqlalchemy.exc import ProgrammingError

from shopapp.config import Config
from shopapp.db import normalised, plain_engine
from shopapp.ops import database
from shopapp.ops.schema import SchemaError, runs
from shopapp.ops.schema.facts import SHADOW_MARK

_BOOKKEEPING = ("alembic_version", runs.NAME, SHADOW_MARK)


@contextmanager
def shadow(config: Config, revision: str) -> Iterator[Engine]:
    """An engine on a database upgraded to `revision`; raises SchemaError where none can be had."""
    with _place(config) as url:
        database.upgrade(url, revision)
        yield plain_engine(url)


@contextmanager
def _place(config: Config) -> Iterator[str]:
    """The URL of an empty database of the same kind."""
    if config.owner_url.startswith("sqlite"):
        with tempfile.TemporaryDirectory(prefix="shopapp-shadow-") as folder:
            yield f"sqlite:///{Path(folder) / 'shadow.db'}"
    elif config.shadow_database_url:
        with _borrowed(config) as url:
            yield url
    else:
        with _made(config.owner_url) as url:
            yield url


@contextmanager
def _made(owner_url: str) -> Iterator[str]:
    """Beside the database; from template0, so that it holds nothing of this place."""
    name = f"{SHADOW_MARK}_{secrets.token_hex(6)}"
    with _commands(owner_url) as connection:
        try:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
        except ProgrammingError as error:
            message = (
                "the role of DIRECT_URL may not create databases: set SHADOW_DATABASE_URL to an "
                "empty database for comparing"
            )
            raise SchemaError(message) from error
        try:
            url = make_url(normalised(owner_url)).set(database=name)
            yield url.render_as_string(hide_password=False)
        finally:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def _borrowed(config: Config) -> Iterator[str]:
    """SHADOW_DATABASE_URL, marked while it is used: only what bears our mark is ever emptied."""
    url = config.shadow_database_url
    with _commands(url) as connection:
        tables = inspect(connection).get_table_names()
        if SHADOW_MARK in tables:  # a comparison was killed
            _empty(connection, url, tables)
        elif tables:
            message = (
                "SHADOW_DATABASE_URL leads to a database that is not empty, and is left alone: "
                "give an empty one"
            )
            raise SchemaError(message)
        connection.exec_driver_sql(f"CREATE TABLE {SHADOW_MARK} ()")
        try:
            yield url
        finally:
            _empty(connection, url, inspect(connection).get_table_names())


def _empty(connection: Connection, url: str, tables: list[str]) -> None:
    if "alembic_version" in tables:
        database.downgrade(url, "base")
    for name in _BOOKKEEPING:
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")


@contextmanager
def _commands(url: str) -> Iterator[Connection]:
    engine = plain_engine(url).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
