"""Fixtures for every test: a database of its own on each dialect, the app, a signed-in client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine

from shopapp.config import Config
from shopapp.db import Session, db
from shopapp.tenancy import bind
from tests import apps, cast, databases, once

pytest_plugins = ["tests.servers.plugin", "tests.staging", "tests.canaries"]

CHOICES = (*databases.DIALECTS, databases.POOLER)
SignIn = Callable[[cast.Person], FlaskClient]
OpenStore = Callable[[str], Session]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--dialect", choices=CHOICES, help="run on this database only")


def pytest_configure(config: pytest.Config) -> None:
    # pytest-alembic's collector does not know pytest 9; tests/schema imports its tests instead
    config.option.pytest_alembic_tests_path = "nowhere"
    config.pluginmanager.register(once)
    # how fast a machine makes examples says nothing about the code
    slow = [HealthCheck.too_slow]
    settings.register_profile("suite", deadline=None, suppress_health_check=slow)
    settings.load_profile("suite")
    config.addinivalue_line("markers", "dialects(*names): run on these databases only")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test that reaches a database runs on both."""
    if "dialect" in metafunc.fixturenames:
        metafunc.parametrize("dialect", databases.dialects_of(metafunc), scope="session")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on the database with the cast."""
    with databases.engine_of(database_url) as made:
        yield made


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session bound to no store."""
    with Session(db, bind=engine) as made:
        yield made


@pytest.fixture
def store_session(engine: Engine) -> Iterator[OpenStore]:
    """`store_session("harbor")`: a new session bound to that store."""
    with ExitStack() as opened:

        def open_store(handle: str) -> Session:
            made = opened.enter_context(Session(db, bind=engine))
            bind(made, cast.shop(handle).id)
            return made

        yield open_store


@pytest.fixture
def config(tmp_path: Path, database_url: str, owner_url: str) -> Config:
    """A configuration with an instance folder of its own, on the database with the cast."""
    return Config(
        instance=tmp_path / "instance",
        database_url=database_url,
        direct_url=owner_url,
        ratelimit=False,
        allow_demo=True,
    )


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """The application; forms need no CSRF token unless the test sets WTF_CSRF_ENABLED."""
    with apps.app_of(config) as made:
        yield made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody who has not signed in."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> SignIn:
    """`sign_in(cast.ADA)`: a client in which that person has just signed in."""
    return lambda person: apps.signed_in(app, person)
