"""`shopapp run` as a whole: the first start, the second, and that nothing outlives it."""

from __future__ import annotations

import hashlib
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.ops.household import PASSWORD, Caller, Household, until

pytestmark = pytest.mark.slow
Start = Callable[..., Household]
WORKERS_OWN = {"job", "schedule_slot"}  # the worker beside the server writes its chores there


def test_the_first_start_says_once_how_to_sign_in(first_words: str) -> None:
    for email in ("admin@harbor.example", "agent@harbor.example", "admin@hill.example"):
        assert first_words.count(email) == 1
    assert first_words.count(PASSWORD) == 1
    assert "Traceback" not in first_words


def test_the_second_start_says_no_password_and_changes_no_row(instance: Path, start: Start) -> None:
    before = rows(instance)
    again = start(instance, SHOPAPP_DEMO_PASSWORD="something else entirely").come_up()
    assert Caller(again.port).get("/healthz")[0] == 200
    assert Caller(again.port).get("/readyz")[0] == 200
    again.close()
    assert "password" not in again.words.lower()
    assert rows(instance) == before


def test_who_was_told_the_password_can_sign_in(instance: Path, start: Start) -> None:
    caller = Caller(start(instance).come_up().port)
    status, page = caller.sign_in("agent@harbor.example")
    assert status == 200
    assert "Inbox" in page


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_every_process(instance: Path, start: Start, number: signal.Signals) -> None:
    household = start(instance).come_up()
    household.main.send_signal(number)
    assert household.main.wait(60) == 0
    assert household.leftovers() == []
    assert "Traceback" not in household.words


def test_control_c_in_a_terminal_ends_every_process(instance: Path, start: Start) -> None:
    household = start(instance).come_up()
    household.signal_all(signal.SIGINT)
    assert household.main.wait(60) == 0
    assert household.leftovers() == []
    assert "Traceback" not in household.words


def test_kill_leaves_no_process_behind(instance: Path, start: Start) -> None:
    household = start(instance).come_up()
    household.main.kill()
    until(lambda: household.leftovers() == [])


def test_a_first_start_that_was_killed_is_finished_by_the_next(
    tmp_path: Path, start: Start
) -> None:
    database = tmp_path / "instance/shopapp.db"
    killed = start(tmp_path / "instance")
    until(database.exists)
    killed.main.kill()
    until(lambda: killed.leftovers() == [])
    again = start(tmp_path / "instance", SHOPAPP_DEMO_PASSWORD=PASSWORD).come_up()
    assert again.words.count(PASSWORD) == 1
    assert Caller(again.port).sign_in("admin@hill.example")[0] == 200


def rows(instance: Path) -> dict[str, str]:
    """A hash of every table's rows."""
    with closing(sqlite3.connect(instance / "shopapp.db")) as database:
        names = database.execute("select name from sqlite_master where type = 'table'").fetchall()
        read = 'select * from "{}" order by 1'
        return {
            name: hashlib.sha256(
                repr(database.execute(read.format(name)).fetchall()).encode()
            ).hexdigest()
            for (name,) in names
            if name not in WORKERS_OWN
        }
