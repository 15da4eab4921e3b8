"""Exports: a hundred thousand rows in little memory, of one store, visibly broken when broken."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, insert, select
from werkzeug.wrappers import Response

from shopapp import ids
from shopapp.catalog.models import Customer
from shopapp.config import Config
from shopapp.db import Session
from shopapp.web import access, exports
from tests import apps, cast
from tests.conftest import OpenStore

MANY = 100_000
MEGABYTE = 1024 * 1024
Rows = Iterator[tuple[object, ...]]


def people(session: Session) -> Rows:
    chosen = select(Customer.email, Customer.order_count).order_by(Customer.id)
    return (tuple(row) for row in session.execute(chosen))


def broken(session: Session) -> Rows:
    yield from people(session)
    raise OSError("the well is dry")


def writing(session: Session) -> Rows:
    session.add(Customer(email="new@mail.example"))
    session.flush()
    yield ()


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """The application with exports of customers."""
    with apps.app_of(config) as made:
        for name, rows in (("people", people), ("broken", broken), ("writing", writing)):
            made.add_url_rule(f"/<handle>/{name}", name, exporting(rows))
        yield made


@pytest.fixture
def ada(app: Flask) -> FlaskClient:
    return apps.signed_in(app, cast.ADA)


def exporting(rows: Callable[[Session], Rows]) -> Callable[[], Response]:
    @access.allow(*access.EVERYONE)
    def view() -> Response:
        return exports.streamed("Käufer / 2026.csv", ("E-mail", "Orders"), rows)

    return view


def test_a_table_is_downloaded_under_a_safe_name(ada: FlaskClient) -> None:
    answer = ada.get("/harbor/people")
    assert answer.headers["Content-Disposition"] == "attachment; filename=Kaufer_2026.csv"
    assert answer.mimetype == "text/csv"
    assert answer.headers["Cache-Control"] == "no-store"
    lines = answer.text.removeprefix("\ufeff").splitlines()
    assert lines == ["E-mail,Orders", "nils@mail.example,0", "mona@mail.example,0"]


def test_only_the_stores_own_rows_come(ada: FlaskClient) -> None:
    assert "otto@" not in ada.get("/harbor/people").text
    assert ada.get("/hill/people").status_code == 404


def test_a_hundred_thousand_rows_need_little_memory(
    app: Flask, ada: FlaskClient, store_session: OpenStore, engine: Engine
) -> None:
    plant(store_session("harbor"), MANY)
    answer = ada.get("/harbor/people", buffered=False)
    tracemalloc.start()
    try:
        pieces = [len(piece) for piece in answer.response]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        answer.close()
    assert sum(pieces) > 2 * MEGABYTE
    assert max(pieces) < 2 * exports.SENT
    assert peak < 4 * MEGABYTE


def test_the_rows_stay_with_the_server_until_they_are_sent(
    app: Flask, ada: FlaskClient, store_session: OpenStore, dialect: str
) -> None:
    plant(store_session("harbor"), 5000)
    cursors = []
    with app.app_context():
        engine = exports.db.engine
    event.listen(engine, "before_cursor_execute", lambda _c, cursor, *_: cursors.append(cursor))
    assert ada.get("/harbor/people").text.count("@mail.example") == 5002
    if dialect == "postgresql":
        assert [each for each in cursors if getattr(each, "name", None)]
    else:
        assert cursors


def test_what_breaks_midway_says_so_and_breaks_off(
    app: Flask, ada: FlaskClient, store_session: OpenStore
) -> None:
    plant(store_session("harbor"), 3000)
    answer = ada.get("/harbor/broken", buffered=False)
    assert answer.status_code == 200
    seen = []
    with pytest.raises(OSError, match="dry"):
        seen.extend(answer.response)
    assert exports.BROKEN in b"".join(seen).decode().splitlines()[-1]


def test_an_export_cannot_write(app: Flask, ada: FlaskClient, store_session: OpenStore) -> None:
    answer = ada.get("/harbor/writing", buffered=False)
    with pytest.raises(RuntimeError, match="reading"):
        list(answer.response)
    assert store_session("harbor").scalars(select(Customer.email)).all() != ["new@mail.example"]


def plant(session: Session, count: int) -> None:
    """Customers of Harbor."""
    for numbers in (range(at, min(at + 5000, count)) for at in range(0, count, 5000)):
        session.execute(
            insert(Customer),
            [
                {
                    "id": ids.new_id(),
                    "store_id": cast.HARBOR.id,
                    "email": f"number-{number}@mail.example",
                    "tags": [],
                }
                for number in numbers
            ],
        )
    session.commit()
