"""Upgrading: all or nothing, one at a time, patient with locks, and never on a newer database."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DatabaseError, OperationalError

from shopapp.config import ROOT
from shopapp.ops import database
from tests.databases import engine_of
from tests.schema.conftest import History
from tests.schema.shape import shape_of_database

NEW_TABLE = 'op.create_table("teapot", sa.Column("id", sa.Text(), primary_key=True))'
LOCKING = 'op.add_column("ticket", sa.Column("mood", sa.Text()))'


@pytest.fixture
def engine(owner_url: str) -> Iterator[Engine]:
    """The database with the cast, for who may change its schema."""
    with engine_of(owner_url) as made:
        yield made


def test_a_failing_step_leaves_the_database_as_it_was(history: History, engine: Engine) -> None:
    before = shape_of_database(engine)
    history.add("good", NEW_TABLE)
    history.add("bad", 'op.add_column("store", sa.Column("x", sa.Text()))\nop.execute("SELEKT")')
    with pytest.raises(DatabaseError, match="SELEKT"):
        history.upgrade(_url(engine))
    assert shape_of_database(engine) == before
    assert database.status(engine).is_current


def test_copying_a_parent_table_keeps_its_children(history: History, engine: Engine) -> None:
    history.add(
        "copy",
        'with op.batch_alter_table("store", recreate="auto") as store:\n'
        '    store.alter_column("name", type_=sa.String(80), existing_type=sa.Text())',
    )
    history.upgrade(_url(engine))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM membership")) == 4


@pytest.mark.dialects("sqlite")
def test_rows_that_point_at_nothing_undo_the_migration(history: History, engine: Engine) -> None:
    history.add("orphans", """op.execute("DELETE FROM store WHERE handle = 'hill'")""")
    with pytest.raises(RuntimeError, match="rows point at nothing after the migration"):
        history.upgrade(_url(engine))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM store")) == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_two_who_upgrade_at_once_do_it_once(bare_url: str) -> None:
    with engine_of(bare_url) as engine, ThreadPoolExecutor(2) as pool:
        script = "from shopapp.ops.database import upgrade; import sys; upgrade(sys.argv[1])"
        ends = list(pool.map(lambda _: _python(script, bare_url), range(2)))
        assert ends == [(0, ""), (0, "")]
        assert database.status(engine).is_current


@pytest.mark.dialects("postgresql")
def test_a_lock_held_too_long_is_tried_again(history: History, engine: Engine) -> None:
    history.add("locking", LOCKING)
    held = threading.Event()

    def reader() -> None:
        with engine.begin() as connection:
            connection.execute(text("LOCK TABLE ticket IN ACCESS SHARE MODE"))
            held.set()
            time.sleep(0.6)

    thread = threading.Thread(target=reader)
    thread.start()
    held.wait()
    history.upgrade(_url(engine), lock_timeout="50ms")
    thread.join()
    assert "mood" in {column["name"] for column in inspect(engine).get_columns("ticket")}


@pytest.mark.dialects("postgresql")
def test_a_lock_never_given_up_ends_the_upgrade(history: History, engine: Engine) -> None:
    history.add("locking", LOCKING)
    with engine.begin() as connection:
        connection.execute(text("LOCK TABLE ticket IN ACCESS SHARE MODE"))
        with pytest.raises(OperationalError, match="lock timeout"):
            history.upgrade(_url(engine), lock_timeout="50ms", lock_attempts="2")
    assert database.status(engine).is_current


def test_a_database_newer_than_the_code_is_refused(history: History, engine: Engine) -> None:
    history.add("tomorrow", NEW_TABLE)
    history.upgrade(_url(engine))
    for refused in (database.check_not_newer, database.upgrade):
        with pytest.raises(database.DatabaseNewer, match="'tomorrow'\\): update the code"):
            refused(engine)


def test_status_counts_what_is_pending(bare_url: str) -> None:
    with engine_of(bare_url) as engine:
        empty = database.status(engine)
        database.upgrade(engine, "connections")
        partly = database.status(engine)
    assert (empty.current, empty.pending[0]) == (None, "people_and_stores")
    assert empty.pending[-1] == empty.head
    assert (partly.current, partly.pending[0]) == ("connections", "catalogue")
    assert not partly.is_current


def _url(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def _python(script: str, *arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr[-500:]
