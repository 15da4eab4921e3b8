"""Proof 1: empty to head to empty, every single step up and down, and models equal to head."""

from __future__ import annotations

from pytest_alembic import MigrationContext
from pytest_alembic.tests import (
    test_model_definitions_match_ddl,
    test_single_head_revision,
    test_up_down_consistency,
    test_upgrade,
)
from sqlalchemy import Engine

from shopapp.ops import database
from tests.schema.objects import dialect_objects
from tests.schema.shape import shape_of_database

__all__ = [
    "test_model_definitions_match_ddl",
    "test_single_head_revision",
    "test_up_down_consistency",
    "test_upgrade",
]


def test_every_step_goes_up_and_down_and_up_to_the_same_shape(
    alembic_runner: MigrationContext, alembic_engine: Engine
) -> None:
    for revision in alembic_runner.history.revisions[1:-1]:
        below = _everything(alembic_engine)
        database.upgrade(alembic_engine, revision)
        there = _everything(alembic_engine)
        database.downgrade(alembic_engine, "-1")
        assert _everything(alembic_engine) == below
        database.upgrade(alembic_engine, revision)
        assert _everything(alembic_engine) == there


def test_base_leaves_nothing_behind(alembic_engine: Engine) -> None:
    database.upgrade(alembic_engine)
    database.downgrade(alembic_engine, "base")
    assert _everything(alembic_engine) == set()


def _everything(engine: Engine) -> set[object]:
    return {*shape_of_database(engine), *dialect_objects(engine)}
