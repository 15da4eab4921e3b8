"""Fixtures that name a database of the test's own: bare, blank, or with the cast on stage."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import databases


@pytest.fixture(scope="session")
def _databases(request: pytest.FixtureRequest, dialect: str) -> Iterator[databases.Databases]:
    with databases.of_dialect(dialect, request) as made:
        yield made


@pytest.fixture
def bare_url(_databases: databases.Databases) -> Iterator[str]:
    """The URL of a database without tables."""
    with _databases.bare() as url:
        yield url


@pytest.fixture
def blank_url(_databases: databases.Databases) -> Iterator[str]:
    """The URL of a migrated database without rows."""
    with _databases.blank() as url:
        yield url


@pytest.fixture
def database_url(_databases: databases.Databases) -> Iterator[str]:
    """The URL of a database with the cast (see tests/cast.py)."""
    with _databases.staged() as url:
        yield url


@pytest.fixture
def owner_url(_databases: databases.Databases, database_url: str) -> str:
    """The same database as the role that owns its tables, without a pooler."""
    return _databases.owners(database_url)
