"""A database for each test: bare (no tables), blank (migrated) or staged (with the cast)."""

from __future__ import annotations

import fcntl
import hashlib
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import psycopg
import pytest
from sqlalchemy import Engine, create_engine

from shopapp.config import ROOT
from shopapp.db import engine_options, lay_down_rules, normalised
from shopapp.ops import database
from tests import cast
from tests.servers import postgres

DIALECTS = ("sqlite", "postgresql")


class Databases(Protocol):
    """Each method gives the URL of a database that is its caller's alone, and removes it."""

    @contextmanager
    def bare(self) -> Iterator[str]:
        """No tables."""

    @contextmanager
    def blank(self) -> Iterator[str]:
        """Migrated, without rows."""

    @contextmanager
    def staged(self) -> Iterator[str]:
        """Migrated, with the cast."""


def dialects_of(test: pytest.Metafunc) -> list[str]:
    """Both, unless the test is marked with `dialects` or the run has `--dialect`."""
    marked = test.definition.get_closest_marker("dialects")
    only = test.config.getoption("--dialect")
    return [name for name in (marked.args if marked else DIALECTS) if only in (None, name)]


@contextmanager
def of_dialect(dialect: str, request: pytest.FixtureRequest) -> Iterator[Databases]:
    """The databases of one process of the run."""
    if dialect == "sqlite":
        own = request.getfixturevalue("tmp_path_factory").getbasetemp()
        is_worker = hasattr(request.config, "workerinput")
        (shared := (own.parent if is_worker else own) / "databases").mkdir(exist_ok=True)
        yield Sqlite(shared)
    else:
        made = Postgres(request.getfixturevalue("postgres_server"))
        yield made
        made.close()


@contextmanager
def engine_of(url: str) -> Iterator[Engine]:
    """An engine with the app's own rules, disposed of afterwards."""
    engine = create_engine(normalised(url), **engine_options(url))
    lay_down_rules(engine)
    yield engine
    engine.dispose()


class Sqlite:
    """Files copied from templates; `shared` is one folder for all processes of the run."""

    def __init__(self, shared: Path) -> None:
        self.shared = shared

    @contextmanager
    def bare(self) -> Iterator[str]:
        yield f"sqlite:///{self._path()}"

    @contextmanager
    def blank(self) -> Iterator[str]:
        yield self._copy("blank", database.upgrade)

    @contextmanager
    def staged(self) -> Iterator[str]:
        yield self._copy("staged", _stage)

    def _copy(self, name: str, build: Callable[[str], None]) -> str:
        path = self._path()
        shutil.copy(self._template(name, build), path)
        return f"sqlite:///{path}"

    def _template(self, name: str, build: Callable[[str], None]) -> Path:
        finished = self.shared / f"{name}.db"
        with (self.shared / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not finished.exists():
                making = self.shared / f"{name}.making"
                build(f"sqlite:///{making}")
                making.rename(finished)
        return finished

    def _path(self) -> Path:
        folder = self.shared / "copies"
        folder.mkdir(exist_ok=True)
        return folder / f"{secrets.token_hex(8)}.db"


class Postgres:
    """Clones of template databases; the one with the cast is made once and put back in order."""

    def __init__(self, server: postgres.Server) -> None:
        self.server = server
        self.made: list[str] = []

    @contextmanager
    def bare(self) -> Iterator[str]:
        with self._clone("template1") as url:
            yield url

    @contextmanager
    def blank(self) -> Iterator[str]:
        with self._clone(self._template("blank", database.upgrade)) as url:
            yield url

    @contextmanager
    def staged(self) -> Iterator[str]:
        with self._admin(self._stage) as admin:
            admin.execute("SET lock_timeout = '20s'; SELECT spare.put_back()")
        yield self._stage

    def close(self) -> None:
        """Drop what is kept between tests."""
        for name in self.made:
            postgres.drop(self.server, name)

    @cached_property
    def _stage(self) -> str:
        self.made.append(name := _name())
        return postgres.clone(self.server, self._template("staged", self._stage_and_copy), name)

    @contextmanager
    def _clone(self, template: str) -> Iterator[str]:
        name = _name()
        yield postgres.clone(self.server, template, name)
        postgres.drop(self.server, name)

    def _template(self, name: str, build: Callable[[str], None]) -> str:
        return postgres.template(self.server, f"shopapp_{name}_{_digest()}", build)

    def _stage_and_copy(self, url: str) -> None:
        """A clone takes longer than a test: keep a copy of each table to put back instead."""
        _stage(url)
        with self._admin(url) as admin:
            admin.execute(SPARE)

    @contextmanager
    def _admin(self, url: str) -> Iterator[psycopg.Connection]:
        name = urlsplit(url).path.removeprefix("/")
        address = postgres.url_of(self.server.url_admin, name)
        with psycopg.connect(address, autocommit=True) as admin:
            yield admin


SPARE = """
CREATE SCHEMA spare;
CREATE FUNCTION spare.put_back() RETURNS void LANGUAGE plpgsql AS $$
DECLARE name text;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'spare' LOOP
        EXECUTE format('DELETE FROM public.%I', name);
        EXECUTE format('INSERT INTO public.%1$I SELECT * FROM spare.%1$I', name);
    END LOOP;
END $$;
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('CREATE TABLE spare.%1$I AS TABLE public.%1$I', name);
    END LOOP;
END $$;
"""


def _stage(url: str) -> None:
    database.upgrade(url)
    with engine_of(url) as engine:
        cast.assemble(engine)


def _name() -> str:
    return f"shopapp_test_{secrets.token_hex(8)}"


def _digest() -> str:
    """What a template is made from: on a server that outlives the run, old ones do not fit."""
    sources = [*sorted((ROOT / "migrations/versions").glob("*.py")), Path(cast.__file__)]
    sources.append(Path(__file__))
    return hashlib.sha256(b"".join(each.read_bytes() for each in sources)).hexdigest()[:12]
