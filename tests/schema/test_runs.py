"""A failed migration stops the next until it is settled; an edited one is named; `shopapp db …`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import inspect

from shopapp import cli, clock, logs
from shopapp.db import plain_engine
from shopapp.ops import database
from shopapp.ops.schema import SchemaError, runs
from tests.databases import engine_of
from tests.schema.conftest import History
from tests.schema.shape import shape_of_database

Run = Callable[..., tuple[int, str, str]]
GOOD = 'op.create_table("teapot", sa.Column("id", sa.Text(), primary_key=True))'
BAD = 'op.add_column("ticket", sa.Column("mood", sa.Text()))\nop.execute("SELEKT")'


@pytest.fixture
def db(
    history: History,
    blank_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """`db("upgrade")`: exit code, output and errors, with `history` as the migrations."""
    monkeypatch.setenv("SHOPAPP_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("DATABASE_URL", "sqlite:////nowhere/at/all.db")
    if blank_url.startswith("postgresql"):
        owner = urlsplit(blank_url).username
        monkeypatch.setenv("DATABASE_URL", f"postgresql://{owner}@127.0.0.1:9/none")
    monkeypatch.setenv("DIRECT_URL", blank_url)
    monkeypatch.setattr(database, "MIGRATIONS", history.folder)
    (history.folder / "alembic.ini").touch()

    def run(*words: str) -> tuple[int, str, str]:
        logs.configure("text")
        capsys.readouterr()
        code = cli.main(["db", *words])
        said = capsys.readouterr()
        errors = [line for line in said.err.splitlines() if "[info" not in line]
        return code, said.out, "\n".join(errors)

    return run


def test_a_failed_run_is_undone_named_and_stops_the_next(
    db: Run, history: History, blank_url: str
) -> None:
    before = _shape(blank_url)
    history.add("good", GOOD)
    history.add("bad", BAD)
    code, said, error = db("upgrade")
    assert (code, said, len(error.splitlines())) == (1, "", 1)
    assert error.startswith("shopapp: migration 'bad' failed and was undone whole (")
    assert _shape(blank_url) == before
    code, _, error = db("upgrade")
    assert code == 1
    assert error.startswith("shopapp: migration 'bad' failed before (")
    code, said, _ = db("status")
    assert code == 1
    assert "to come: good\nto come: bad\nfailed: bad (" in said


def test_a_failed_run_taken_back_is_run_again(db: Run, history: History, blank_url: str) -> None:
    history.add("bad", BAD)
    assert db("upgrade")[0] == 1
    (bad := history.folder / "versions" / "bad.py").write_text(
        bad.read_text().replace('op.execute("SELEKT")', "pass")
    )
    assert db("upgrade")[0] == 1
    assert db("resolve", "bad", "--rolled-back")[:2] == (0, "'bad' counts as not run yet.\n")
    assert db("upgrade", "--no-backup")[:2] == (0, "The database is at bad.\n")
    assert db("status")[0] == 0


def test_a_failed_run_finished_by_hand_is_not_run_again(
    db: Run, history: History, blank_url: str
) -> None:
    history.add("bad", BAD)
    history.add("next", GOOD)
    assert db("upgrade")[0] == 1
    assert db("resolve", "bad", "--applied")[0] == 0
    assert db("upgrade", "--no-backup")[:2] == (0, "The database is at next.\n")
    code, said, _ = db("status")
    assert (code, "failed" in said) == (0, False)
    with plain_engine(blank_url).connect() as connection:
        assert "mood" not in {each["name"] for each in inspect(connection).get_columns("ticket")}


def test_only_a_run_that_failed_can_be_settled(db: Run, history: History) -> None:
    code, _, error = db("resolve", "rooms", "--applied")
    assert (code, error[:42]) == (1, "shopapp: no run of 'rooms' has failed: sho")
    history.add("good", GOOD)
    history.add("bad", BAD)
    db("upgrade")
    code, _, error = db("resolve", "bad", "--applied")
    assert (code, error) == (1, "shopapp: 'good' comes before 'bad' and is not applied")


def test_a_file_edited_after_it_was_applied_is_named(db: Run, history: History) -> None:
    history.add("good", GOOD)
    assert db("upgrade")[0] == 0
    (good := history.folder / "versions" / "good.py").write_text(good.read_text() + "# later\n")
    code, said, _ = db("status")
    assert (code, "edited after it was applied: good\n" in said) == (1, True)
    code, _, error = db("upgrade")
    assert (code, error) == (0, "Warning: 'good' was edited after it was applied.")
    assert db("resolve", "good", "--applied")[0] == 0
    assert db("status")[0] == 0


def test_a_lock_or_a_full_disk_is_no_failed_run(db: Run, history: History, blank_url: str) -> None:
    """Nothing is wrong with the step: trying again is all it needs."""
    full = "raise sa.exc.OperationalError('', {}, Exception('database or disk is full'))"
    history.add("good", full)
    code, _, error = db("upgrade")
    assert code == 1
    assert "the disk is full: free some space" in error
    assert database.status(blank_url).failed is None


def test_a_downgrade_takes_the_run_back(db: Run, history: History, blank_url: str) -> None:
    history.add("good", "pass")
    assert db("upgrade")[0] == 0
    assert db("downgrade", "rooms")[:2] == (0, "The database is at rooms.\n")
    with plain_engine(blank_url).connect() as connection:
        assert "good" not in {run.revision for run in runs.recorded_runs(connection)}


def test_a_database_older_than_the_record_of_runs_is_recorded(
    db: Run, history: History, blank_url: str
) -> None:
    with plain_engine(blank_url).begin() as connection:
        connection.exec_driver_sql("DROP TABLE migration_runs")
    assert db("status")[0] == 0
    history.add("good", GOOD)
    assert db("upgrade")[0] == 0
    with plain_engine(blank_url).connect() as connection:
        recorded = [run.revision for run in runs.recorded_runs(connection)]
    assert sorted(recorded) == sorted(each.revision for each in database.scripts(blank_url))


def test_a_database_without_a_revision_is_taken_over_when_it_is_ours(
    db: Run, blank_url: str
) -> None:
    _lose_its_records(blank_url)
    code, _, error = db("upgrade")
    assert (code, "shopapp db baseline" in error) == (1, True)
    assert db("baseline")[:2] == (0, f"The database is at {database.status(blank_url).head}.\n")
    assert db("status")[0] == 0
    assert db("upgrade")[0] == 0
    assert db("drift")[:2] == (0, "The schema is what its migrations make.\n")
    code, _, error = db("baseline")
    assert (code, "under migrations already" in error) == (1, True)


def test_a_database_that_differs_is_not_taken_over(db: Run, blank_url: str) -> None:
    _lose_its_records(blank_url)
    with plain_engine(blank_url).begin() as connection:
        connection.exec_driver_sql("ALTER TABLE ticket ADD COLUMN mood TEXT")
    code, said, error = db("baseline")
    assert (code, said) == (1, "")
    assert "differences: 1, the first: unexpected: column ticket.mood TEXT" in error.replace(
        "mood text", "mood TEXT"
    )
    assert database.status(blank_url).current is None


def test_drift_is_said_line_by_line(db: Run, blank_url: str) -> None:
    with plain_engine(blank_url).begin() as connection:
        connection.exec_driver_sql("DROP INDEX ix_ticket_assignee_id")
    code, said, error = db("drift")
    assert (code, error) == (1, "")
    assert said == "missing: index ix_ticket_assignee_id\nDifferences: 1.\n"


def test_a_clock_before_the_last_upgrade_writes_nothing(
    db: Run, history: History, blank_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    history.add("good", GOOD)
    yesterday = clock.now() - timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: yesterday)
    code, _, error = db("upgrade")
    assert code == 1
    assert "but this database was upgraded at" in error
    assert database.status(blank_url).pending == ("good",)


def test_a_clock_older_than_any_shopapp_writes_nothing(
    bare_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: clock.EARLIEST.replace(year=1970))
    with pytest.raises(SchemaError, match="1970-01-01 00:00 UTC, but no shopapp is that old: set"):
        database.upgrade(bare_url)
    assert database.status(bare_url).current is None


def _shape(url: str) -> set[object]:
    with engine_of(url) as engine:
        return {*shape_of_database(engine)}


def _lose_its_records(url: str) -> None:
    with plain_engine(url).begin() as connection:
        for table in ("alembic_version", "migration_runs"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
