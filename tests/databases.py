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

from shopapp.config import ROOT, Config
from shopapp.db import engine_options, lay_down_rules, normalised
from shopapp.ops import database, granting, roles
from tests import cast
from tests.servers import postgres
from tests.servers.pgbouncer import Pooler

DIALECTS = ("sqlite", "postgresql")
POOLER = "pgbouncer"  # PostgreSQL once more, through a pooler in transaction mode
POOLED = (
    "tests/test_db.py",
    "tests/test_tenancy.py",
    "tests/inbox/test_composer_sending.py",
    "tests/jobs/test_ledger.py",
    "tests/jobs/test_schedule.py",
    "tests/jobs/test_worker.py",
    "tests/mail/test_delivery.py",
    "tests/mail/test_outbox.py",
    "tests/mail/test_outbox_race.py",
    "tests/ops/test_walls.py",
)


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

    def owners(self, url: str) -> str:
        """The database of `url` for who may change its schema."""


def dialects_of(test: pytest.Metafunc) -> list[str]:
    """Both, or those of the mark `dialects`; a file of POOLED also meets the pooler.

    `--dialect` leaves one.
    """
    marked = test.definition.get_closest_marker("dialects")
    names = marked.args if marked else DIALECTS
    if "postgresql" in names and test.definition.nodeid.startswith(POOLED):
        names = (*names, POOLER)
    only = test.config.getoption("--dialect")
    return [name for name in names if only in (None, name)]


@contextmanager
def of_dialect(dialect: str, request: pytest.FixtureRequest) -> Iterator[Databases]:
    """The databases of one process of the run."""
    if dialect == "sqlite":
        own = request.getfixturevalue("tmp_path_factory").getbasetemp()
        is_worker = hasattr(request.config, "workerinput")
        (shared := (own.parent if is_worker else own) / "databases").mkdir(exist_ok=True)
        yield Sqlite(shared)
        return
    pooler = request.getfixturevalue("pooler") if dialect == POOLER else None
    made = Postgres(request.getfixturevalue("postgres_server"), pooler)
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

    def owners(self, url: str) -> str:
        return url

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
    """Clones of template databases; the one with the cast is made once and put back in order.

    Who owns the tables gets a database without rows; with the cast it is the runtime role, which
    owns nothing, through the pooler if there is one.
    """

    def __init__(self, server: postgres.Server, pooler: Pooler | None = None) -> None:
        self.server = server
        self.pooler = pooler
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
        if self.pooler:
            yield self.pooler.url(_name_in(self._stage))
        else:
            yield postgres.url_of(self.server.url_runtime, _name_in(self._stage))

    def owners(self, url: str) -> str:
        return postgres.url_of(self.server.url_app, _name_in(url))

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
        admins, app = self._admins(url), urlsplit(self.server.url_app)
        names = roles_of(self.server)
        config = Config(direct_url=admins)
        roles.arrange(config, names, given={names.runtime: app.password or ""})
        with psycopg.connect(admins, autocommit=True) as admin:
            admin.execute(SPARE)

    @contextmanager
    def _admin(self, url: str) -> Iterator[psycopg.Connection]:
        with psycopg.connect(self._admins(url), autocommit=True) as admin:
            yield admin

    def _admins(self, url: str) -> str:
        return postgres.url_of(self.server.url_admin, _name_in(url))


SPARE = """
CREATE SCHEMA spare;
CREATE FUNCTION spare.put_back() RETURNS void LANGUAGE plpgsql AS $$
DECLARE name text;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'spare' LOOP
        EXECUTE format('DELETE FROM public.%I', name);
        EXECUTE format('INSERT INTO public.%1$I (%2$s) SELECT * FROM spare.%1$I', name, (
            SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
             WHERE attrelid = format('spare.%I', name)::regclass AND attnum > 0
               AND NOT attisdropped));
    END LOOP;
END $$;
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('CREATE TABLE spare.%1$I AS TABLE public.%1$I', name);
    END LOOP;
    FOR name IN SELECT attrelid::regclass FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
             WHERE attgenerated <> '' AND relnamespace = 'public'::regnamespace LOOP
        EXECUTE format('ALTER TABLE spare.%I DROP COLUMN lexemes', name);
    END LOOP;
END $$;
"""


def _stage(url: str) -> None:
    database.upgrade(url)
    with engine_of(url) as engine:
        cast.assemble(engine)


def roles_of(server: postgres.Server) -> roles.Names:
    """What the roles of this server's databases are called."""
    app = urlsplit(server.url_app).username
    return roles.Names(str(app), f"{app}_runtime", f"{app}_backup", f"{app}_search")


def _name_in(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


def _name() -> str:
    return f"shopapp_test_{secrets.token_hex(8)}"


def _digest() -> str:
    """What a template is made from: on a server that outlives the run, old ones do not fit."""
    sources = [*sorted((ROOT / "migrations/versions").glob("*.py")), Path(cast.__file__)]
    sources += [Path(__file__), Path(granting.__file__)]
    return hashlib.sha256(b"".join(each.read_bytes() for each in sources)).hexdigest()[:12]
