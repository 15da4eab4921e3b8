"""A browser's row behind its cookie: asked on each request, noted once a minute, ended for good."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from shopapp import clock
from shopapp.account import chores
from shopapp.accounts import presence, queries, tokens
from shopapp.accounts.models import User, UserSession
from shopapp.accounts.security import BROWSER
from shopapp.db import Session, current_session, db
from tests import apps, cast
from tests.conftest import SignIn
from tests.web.forms import post, sign_in_through_the_page

Later = Callable[[timedelta], None]
MINUTE = timedelta(minutes=1, seconds=1)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    moved = [datetime.now(UTC)]
    monkeypatch.setattr(clock, "now", lambda: moved[0])

    def move(by: timedelta) -> None:
        moved[0] += by

    return move


@pytest.fixture
def ada(app: Flask, client: FlaskClient) -> FlaskClient:
    """Ada, who signed in through the page."""
    sign_in_through_the_page(client, cast.ADA.email, apps.give_password(app, cast.ADA))
    return client


def copy_of(client: FlaskClient, app: Flask) -> FlaskClient:
    """Another browser with the same cookie."""
    other = app.test_client()
    with client.session_transaction() as cookie:
        kept = dict(cookie)
    with other.session_transaction() as cookie:
        cookie.update(kept)
    return other


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def row(session: Session, client: FlaskClient) -> UserSession:
    session.rollback()
    session.reading = True
    with client.session_transaction() as cookie:
        token = cookie[BROWSER]
    wanted = select(UserSession).where(UserSession.token_hash == tokens.hashed(token))
    return session.scalars(wanted).one()


@contextmanager
def writes(app: Flask) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(("UPDATE", "INSERT", "DELETE", "BEGIN IMMEDIATE")):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_a_sign_in_makes_a_row_with_a_hash(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    password = apps.give_password(app, cast.ADA)
    client.environ_base["HTTP_USER_AGENT"] = "Kettle/1.0"
    sign_in_through_the_page(client, cast.ADA.email, password, remember="1")
    made = row(session, client)
    assert (made.user_id, made.user_agent, made.address) == (cast.ADA.id, "Kettle/1.0", "127.0.0.1")
    assert made.is_remembered
    with client.session_transaction() as cookie:
        assert cookie[BROWSER] not in made.token_hash


def test_a_copied_cookie_is_dead_after_signing_out(app: Flask, ada: FlaskClient) -> None:
    copy = copy_of(ada, app)
    assert is_in(copy)
    post(ada, "/logout")
    assert not is_in(copy)


def test_another_sign_in_is_another_row_and_ends_the_one_before(
    app: Flask, ada: FlaskClient
) -> None:
    copy = copy_of(ada, app)
    sign_in_through_the_page(ada, cast.ADA.email, cast.PASSWORD)
    assert is_in(ada)
    assert not is_in(copy)


def test_a_planted_token_is_not_taken_over(app: Flask, client: FlaskClient) -> None:
    password = apps.give_password(app, cast.ADA)
    with client.session_transaction() as cookie:
        cookie[BROWSER] = "planted"
    sign_in_through_the_page(client, cast.ADA.email, password)
    with client.session_transaction() as cookie:
        assert cookie[BROWSER] != "planted"


@pytest.mark.parametrize("token", [None, "", "nonsense", cast.BEN.id])
def test_a_cookie_needs_the_token_of_its_own_person(app: Flask, token: str | None) -> None:
    client = apps.signed_in(app, cast.ADA)
    with client.session_transaction() as cookie:
        cookie.pop(BROWSER)
        if token is not None:
            cookie[BROWSER] = token
    assert not is_in(client)


def test_reading_writes_nothing_within_a_minute(app: Flask, ada: FlaskClient) -> None:
    ada.get("/harbor/inbox")
    with writes(app) as seen:
        assert ada.get("/harbor/inbox").status_code == 200
    assert seen == []


def test_once_a_minute_it_is_noted_where_a_person_works(
    ada: FlaskClient, app: Flask, later: Later, session: Session
) -> None:
    later(MINUTE)
    ada.get("/harbor/inbox")
    assert row(session, ada).last_seen_at == clock.now()
    member = queries.membership(session, cast.HARBOR.id, cast.ADA.id)
    assert member
    assert member.last_active_at == clock.now()
    other = queries.membership(session, cast.HARBOR.id, cast.BEN.id)
    assert other
    assert other.last_active_at is None
    later(timedelta(seconds=20))
    with writes(app) as seen:
        ada.get("/harbor/inbox")
    assert seen == []


def test_a_copy_that_keeps_its_old_cookie_is_noted_once_a_minute_too(
    ada: FlaskClient, later: Later, app: Flask, session: Session
) -> None:
    old = copy_of(ada, app)
    later(MINUTE)
    ada.get("/harbor/inbox")
    noted = row(session, ada).last_seen_at
    later(timedelta(seconds=5))
    old.get("/harbor/inbox")
    assert row(session, ada).last_seen_at == noted


def test_a_busy_writer_keeps_no_reader_waiting(
    ada: FlaskClient, app: Flask, later: Later, session: Session
) -> None:
    session.reading = False
    session.get_one(User, cast.BEN.id).name = "Benjamin"
    session.flush()
    later(MINUTE)
    assert ada.get("/harbor/inbox").status_code == 200
    session.rollback()


def test_a_dead_token_notes_nothing(ada: FlaskClient, app: Flask, session: Session) -> None:
    post(ada, "/logout")
    with app.app_context():
        presence.note(db.engine, "nonsense", "harbor", clock.now())
    session.reading = True
    member = queries.membership(session, cast.HARBOR.id, cast.ADA.id)
    assert member
    assert member.last_active_at is None


def test_old_rows_are_forgotten(app: Flask, ada: FlaskClient, later: Later) -> None:
    post(ada, "/logout")
    later(presence.KEPT + MINUTE)
    with app.app_context():
        session = current_session()
        assert presence.forget(session) == len(cast.PEOPLE) + 1
        assert presence.forget(session) == 0
        session.commit()
    assert chores.PRUNE == "account.prune"


def test_the_page_of_a_store_still_asks_once_for_person_and_browser(
    app: Flask, sign_in: SignIn
) -> None:
    asked: list[str] = []
    with app.app_context():
        event.listen(
            db.engine, "before_cursor_execute", lambda _c, _cu, text, *_rest: asked.append(text)
        )
    sign_in(cast.BEN).get("/harbor/inbox")
    assert len([each for each in asked if "user_session" in each]) == 1
    assert len([each for each in asked if "FROM app_user" in each]) == 1
