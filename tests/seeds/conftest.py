"""Fixtures of this room: empty ground for a planting, and one planted store to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask
from sqlalchemy import select

from shopapp.config import Config
from shopapp.db import Session, new_session
from shopapp.ops import seeding
from shopapp.ops.seeding import Planted
from shopapp.stores.models import Store
from shopapp.tenancy import bind
from tests import apps, databases

Plot = Callable[[], Flask]


class Garden(NamedTuple):
    """An app in whose context we are, and what was planted there."""

    app: Flask
    planted: Planted

    @contextmanager
    def store(self, handle: str) -> Iterator[Session]:
        """A session bound to a demo store."""
        with new_session() as session:
            store_id = session.scalars(select(Store.id).where(Store.handle == handle)).one()
            session.rollback()
            bind(session, store_id)
            yield session


@pytest.fixture
def ground(blank_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An app on a migrated database without rows."""
    config = Config(instance=tmp_path / "instance", database_url=blank_url, allow_demo=True)
    with apps.app_of(config) as app, app.app_context():
        yield app


@pytest.fixture(scope="module")
def garden(
    _databases: databases.Databases,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Garden]:
    """A scenario planted once for the tests that only look: the base, or the parameter."""
    with _databases.blank() as url:
        instance = tmp_path_factory.mktemp("instance")
        config = Config(instance=instance, database_url=url, smtp_url="smtp://127.0.0.1:9")
        with apps.app_of(config) as app, app.app_context():
            scenario = getattr(request, "param", "base")
            yield Garden(app, seeding.plant(app, scenario, password="four words and a pear"))
