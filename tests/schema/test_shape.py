"""Proofs 2 and 3: one shape on both dialects, and the rules every table keeps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, ForeignKeyConstraint, Table, UniqueConstraint, text
from sqlalchemy.dialects import sqlite

from shopapp.columns import CleanText
from shopapp.ops import database
from tests.databases import engine_of
from tests.schema.objects import dialect_objects
from tests.schema.shape import shape_of_database, shape_of_models

PLATFORM = {
    "store",
    "app_user",
    "user_session",
    "membership",
    "invitation",
    "job",
    "schedule_slot",
    "audit_opening",
    "installation",
    "backup_run",
    "privacy_request",
}
MODELS = database.load_models()
TABLES = sorted(MODELS.tables)
OWNED = sorted(set(TABLES) - PLATFORM)


@pytest.fixture
def blank(blank_url: str) -> Iterator[Engine]:
    with engine_of(blank_url) as engine:
        yield engine


def test_the_migrated_database_has_the_shape_of_the_models(blank: Engine) -> None:
    """On both dialects, so both have the same tables, columns, indexes and constraints."""
    assert shape_of_database(blank) == shape_of_models(MODELS, blank.dialect)


def test_a_dialect_has_only_the_objects_on_the_list(blank: Engine) -> None:
    assert dialect_objects(blank) == database.DIALECT_OBJECTS[blank.dialect.name]


@pytest.mark.dialects("postgresql")
def test_the_walls_are_up_and_forced_on_every_store_owned_table(blank: Engine) -> None:
    walled = text(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity "
        "AND relforcerowsecurity AND relnamespace = 'public'::regnamespace"
    )
    with blank.connect() as connection:
        assert sorted(connection.scalars(walled)) == OWNED


def test_only_platform_tables_are_not_owned_by_a_store() -> None:
    assert list(database.store_owned_tables()) == OWNED


@pytest.mark.parametrize("name", OWNED)
def test_a_store_owned_table_goes_with_its_store(name: str) -> None:
    (owner,) = MODELS.tables[name].c.store_id.foreign_keys
    assert (owner.target_fullname, owner.ondelete) == ("store.id", "CASCADE")
    assert not MODELS.tables[name].c.store_id.nullable


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_a_text_key_and_two_stamps(name: str) -> None:
    columns = MODELS.tables[name].c
    assert MODELS.tables[name].primary_key.columns.keys() == ["id"]
    assert isinstance(columns.id.type, CleanText)
    assert not columns.created_at.nullable
    assert not columns.updated_at.nullable


@pytest.mark.parametrize("name", TABLES)
def test_every_foreign_key_has_an_index_for_its_cascade(name: str) -> None:
    table = MODELS.tables[name]
    leading = {columns[0] for columns in _keys(table)}
    assert {key.column_keys[0] for key in _references(table)} <= leading


@pytest.mark.parametrize("name", OWNED)
def test_indexes_of_a_store_owned_table_start_with_the_store(name: str) -> None:
    table = MODELS.tables[name]
    cascades = {tuple(key.column_keys) for key in _references(table)}
    assert [
        columns for columns in _keys(table) if columns[0] != "store_id" and columns not in cascades
    ] == []


def test_names_fit_into_postgresql() -> None:
    assert [
        fact
        for fact in shape_of_models(MODELS, sqlite.dialect())
        if any(isinstance(part, str) and len(part) > 63 for part in fact[1:3])
    ] == []


def _references(table: Table) -> list[ForeignKeyConstraint]:
    return [each for each in table.constraints if isinstance(each, ForeignKeyConstraint)]


def _keys(table: Table) -> list[tuple[str, ...]]:
    uniques = [each for each in table.constraints if isinstance(each, UniqueConstraint)]
    return [tuple(column.name for column in each.columns) for each in (*uniques, *table.indexes)]
