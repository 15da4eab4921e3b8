"""The tests' PostgreSQL: its roles, its copies, and that it leaves with whoever started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.servers import binaries, postgres
from tests.servers.postgres import Server

pytestmark = pytest.mark.postgres
ROOT = Path(__file__).parents[2]

OWNER = """
import sys, time
from tests.servers import keeper
hired = keeper.hire()
print(keeper.ask(hired.door).url_admin, flush=True)
time.sleep(600)
"""


@pytest.fixture
def name(postgres_server: Server) -> Iterator[str]:
    made = f"t_{uuid.uuid4().hex}"
    yield made
    for each in (made, f"{made}_copy"):
        postgres.drop(postgres_server, each)


def test_the_apps_role_is_bound_by_row_level_security(postgres_server: Server) -> None:
    ask = "select rolsuper, rolbypassrls, rolcreatedb from pg_roles where rolname = current_user"
    with psycopg.connect(postgres.url_of(postgres_server.url_app, "postgres")) as connection:
        assert connection.execute(ask).fetchone() == (False, False, True)


def test_the_apps_role_owns_its_databases(postgres_server: Server, name: str) -> None:
    with psycopg.connect(postgres.clone(postgres_server, "template1", name)) as connection:
        connection.execute("create table mine (id int)")
        owner = connection.execute("select tableowner from pg_tables where tablename = 'mine'")
        assert owner.fetchone() == (urlsplit(postgres_server.url_app).username,)


def test_a_template_is_built_once_and_its_copies_are_separate(
    postgres_server: Server, name: str
) -> None:
    built = []

    def build(url: str) -> None:
        built.append(url)
        with psycopg.connect(url) as connection:
            connection.execute("create table things (id int)")

    for _ in range(2):
        postgres.template(postgres_server, name, build)
    assert len(built) == 1
    with psycopg.connect(postgres.clone(postgres_server, name, f"{name}_copy")) as connection:
        connection.execute("insert into things values (1)")
    with psycopg.connect(postgres.url_of(postgres_server.url_app, name)) as connection:
        assert connection.execute("select count(*) from things").fetchone() == (0,)


def test_a_template_whose_build_failed_is_built_again(postgres_server: Server, name: str) -> None:
    def fail(url: str) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        postgres.template(postgres_server, name, fail)
    assert postgres.template(postgres_server, name, lambda url: None) == name


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.slow
def test_the_server_ends_with_its_run(how: signal.Signals) -> None:
    given = {key: value for key, value in os.environ.items() if key != "TEST_DATABASE_URL"}
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER], cwd=ROOT, env=given, stdout=subprocess.PIPE, text=True
    )
    with owner:
        assert owner.stdout is not None
        url = owner.stdout.readline().strip()
        psycopg.connect(url).close()
        owner.send_signal(how)
    deadline = time.monotonic() + 30
    while _answers(url):
        assert time.monotonic() < deadline, "PostgreSQL outlived the run that started it"
        time.sleep(0.1)


@pytest.mark.slow
def test_the_wheels_programs_start_where_debian_has_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.setattr(binaries, "DEBIAN", tmp_path)
    server = postgres.start_postgres()
    try:
        assert "pginstall" in server.origin
        assert _answers(server.url_app)
    finally:
        server.stop()
    assert not _answers(server.url_admin)


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True
