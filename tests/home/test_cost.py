"""What Today costs: statements and bytes, whatever waits; and when it looks again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from shopapp import schedule
from shopapp.connections.models import EventStatus
from shopapp.db import db
from shopapp.home.checks import next_check
from tests import cast
from tests.cast import NOON
from tests.conftest import SignIn
from tests.home.counter import Counter

STATEMENTS, ADMIN_STATEMENTS = 14, 15
BYTES = 130_000  # of which a browser fetches a tenth, compressed


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """The statements of a request; what begins and binds a transaction is not the page's."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN") and "set_config" not in statement:
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("many", [1, 40])
def test_the_page_asks_the_database_the_same_whatever_waits(
    app: Flask, sign_in: SignIn, counter: Counter, many: int
) -> None:
    for _ in range(many):
        counter.insight()
    counter.flag()
    counter.purchase()
    counter.runs_out()
    counter.event(EventStatus.FAILURE)
    for person, most in ((cast.BEN, STATEMENTS), (cast.ADA, ADMIN_STATEMENTS)):
        client = sign_in(person)
        with statements(app) as seen:
            assert client.get("/harbor/").status_code == 200
        assert len(seen) == most, seen


def test_looking_at_it_writes_nothing(app: Flask, sign_in: SignIn, counter: Counter) -> None:
    counter.flag()
    with statements(app) as seen:
        sign_in(cast.ADA).get("/harbor/")
    assert not [each for each in seen if each.split()[0] in ("INSERT", "UPDATE", "DELETE")]


def test_a_full_page_is_bounded(sign_in: SignIn, counter: Counter) -> None:
    for _ in range(60):
        counter.insight()
    ben = sign_in(cast.BEN)
    assert len(ben.get("/harbor/").data) <= BYTES
    packed = ben.get("/harbor/", headers={"Accept-Encoding": "gzip"})
    assert len(packed.data) <= 12 * 1024


def test_the_next_check_is_the_schedule_s() -> None:
    for minutes in (0, 1, 9, 59):
        now = NOON + timedelta(minutes=minutes)
        turns = [
            each.slot(now) + each.every
            for each in schedule.CHORES
            if each.job in ("flags.check", "inbox.sweep")
        ]
        assert next_check(now) == min(turns)
        assert now < next_check(now) <= now + timedelta(minutes=10)
