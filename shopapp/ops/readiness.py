"""Readiness: whether the database answers, and is at the revision this code was written for."""

from __future__ import annotations

from functools import cache

from alembic.script import ScriptDirectory
from sqlalchemy import Engine, Text, column, select, table
from sqlalchemy.exc import SQLAlchemyError

from shopapp.ops import database

_REVISION = select(column("version_num", Text)).select_from(table("alembic_version"))


def obstacle(engine: Engine) -> str | None:
    """Why requests cannot be answered, in words that give nothing away; None when they can."""
    try:
        with engine.connect() as connection:
            current = connection.scalar(_REVISION)
    except SQLAlchemyError:
        return "the database does not answer, or was never set up"
    if current == head():
        return None
    return f"the database is at {current or 'no revision'}, this code needs {head()}"


@cache
def head() -> str:
    """The newest revision this code knows."""
    config = database.alembic_config("sqlite://")
    found = ScriptDirectory.from_config(config).get_current_head()
    assert found  # noqa: S101  # a checkout without migrations is none
    return found
