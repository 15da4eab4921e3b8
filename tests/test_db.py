"""Sessions and connections: no lost update, no write by a reader, the rules of each dialect."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from shopapp.config import ROOT
from shopapp.db import ReadOnly, Session, db, engine_options, normalised
from shopapp.inbox.models import Macro, Ticket
from shopapp.stores.models import Store, StoreSettings
from tests import cast
from tests.conftest import OpenStore
from tests.databases import engine_of

ROUNDS = 150
COUNT_UP = """
import sys
import time
from pathlib import Path
from sqlalchemy import select
from shopapp.db import Session, db
from shopapp.stores.models import Store
from tests.databases import engine_of
with engine_of(sys.argv[1]) as engine:
    print("ready", flush=True)
    while not Path(sys.argv[3]).exists():
        time.sleep(0.001)
    for _ in range(int(sys.argv[2])):
        with Session(db, bind=engine) as session:
            store = session.scalars(
                select(Store).where(Store.handle == "harbor").with_for_update()
            ).one()
            store.ticket_count += 1
            session.commit()
"""


def test_three_processes_that_read_then_write_lose_nothing(
    database_url: str, tmp_path: Path
) -> None:
    start = tmp_path / "start"
    command = [sys.executable, "-c", COUNT_UP, database_url, str(ROUNDS), start]
    pipe = subprocess.PIPE
    busy = [subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe) for _ in range(3)]
    assert [each.stdout.readline() for each in busy if each.stdout] == [b"ready\n"] * 3
    start.touch()
    assert [(each.communicate()[1], each.returncode) for each in busy] == [(b"", 0)] * 3
    with engine_of(database_url) as engine, Session(db, bind=engine) as session:
        count = select(Store.ticket_count).where(Store.handle == "harbor")
        assert session.scalar(count) == 3 * ROUNDS


def test_a_reading_session_refuses_to_write(session: Session) -> None:
    session.reading = True
    store = session.scalars(select(Store)).first()
    assert store is not None
    store.name = "Renamed by looking"
    with pytest.raises(ReadOnly):
        session.flush()


def test_a_reading_session_refuses_a_bulk_write(session: Session) -> None:
    session.reading = True
    with pytest.raises(ReadOnly):
        session.execute(insert(Store).values(handle="x", name="x"))


@pytest.mark.dialects("sqlite")
def test_threads_that_write_first_at_the_same_moment_share_one_engine(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    together, original = threading.Barrier(2, timeout=20), engine.execution_options

    def slowly(**options: Any) -> Engine:
        together.wait()
        return original(**options)

    monkeypatch.setattr(engine, "execution_options", slowly)

    def used(_number: int) -> object:
        with Session(db, bind=engine) as session:
            return session.get_bind()

    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(used, range(2))
    assert first is second


@pytest.mark.dialects("sqlite")
def test_a_writer_waits_for_nobody_who_reads(session: Session, engine: Engine) -> None:
    session.reading = True
    assert session.scalars(select(Store.handle)).all()
    with Session(db, bind=engine) as writer:
        writer.add(Store(handle="new", name="New"))
        writer.commit()


@pytest.mark.dialects("sqlite")
@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("foreign_keys", 1), ("busy_timeout", 30000)]
)
def test_sqlite_keeps_its_rules(engine: Engine, pragma: str, value: object) -> None:
    with engine.connect() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_a_foreign_key_is_enforced(store_session: OpenStore) -> None:
    session = store_session("harbor")
    ticket = session.scalars(select(Ticket)).first()
    assert ticket is not None
    ticket.assignee_id = "nobody"
    with pytest.raises(IntegrityError):
        session.commit()


def test_a_state_outside_the_list_is_refused_by_the_database(store_session: OpenStore) -> None:
    session = store_session("harbor")
    with pytest.raises(IntegrityError):
        session.execute(
            text("UPDATE ticket SET status = 'lost' WHERE store_id = :store"),
            {"store": cast.HARBOR.id},
        )


def test_a_write_based_on_an_older_version_fails(store_session: OpenStore) -> None:
    first, second = store_session("harbor"), store_session("harbor")
    first.add(Macro(title="Greeting", body="Hello"))
    first.commit()
    stale = second.scalars(select(Macro)).one()
    second.expunge(stale)
    second.rollback()
    fresh = first.scalars(select(Macro)).one()
    fresh.body = "Ahoy"
    first.commit()
    second.add(stale)
    stale.body = "Hi"
    with pytest.raises(StaleDataError):
        second.flush()


def test_rows_get_a_key_and_stamps(store_session: OpenStore) -> None:
    session = store_session("harbor")
    settings = session.scalars(select(StoreSettings)).one()
    created = settings.created_at
    settings.signature = "Yours, the kettle"
    session.commit()
    assert settings.created_at == created
    assert settings.updated_at > created
    assert (settings.version, len(settings.id)) == (2, 25)
    assert repr(settings) == f"<StoreSettings {settings.id}>"


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql://h/d", "postgresql+psycopg://h/d"),
        ("sqlite:///x.db", "sqlite:///x.db"),
    ],
)
def test_urls_name_the_driver_we_use(given: str, used: str) -> None:
    assert normalised(given) == used


def test_an_error_does_not_show_values(session: Session) -> None:
    session.add(Store(handle="harbor", name="A second harbor"))
    with pytest.raises(IntegrityError) as refused:
        session.flush()
    assert "A second harbor" not in str(refused.value)


def test_postgresql_prepares_nothing_because_of_pgbouncer() -> None:
    options = engine_options("postgresql://h/d")
    assert options["connect_args"] == {"prepare_threshold": None}
