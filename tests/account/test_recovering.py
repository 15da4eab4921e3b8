"""A forgotten password: a link that works once, within an hour, and tells strangers nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from shopapp import clock
from shopapp.account import actions
from shopapp.accounts.models import User
from shopapp.audit.models import AuditEvent
from shopapp.config import Config
from shopapp.db import Session, current_session, db
from tests import apps, cast
from tests.account.letterbox import letters, link_in, link_to, work
from tests.conftest import OpenStore, SignIn
from tests.web.forms import post, sign_in_through_the_page

NEW = "eleven words and a kettle"


def asked(client: FlaskClient, email: str = cast.BEN.email) -> tuple[int, str | None]:
    answer = post(client, "/recover", {"email": email})
    return answer.status_code, answer.location


def choose(client: FlaskClient, link: str, password: str = NEW) -> tuple[int, str]:
    client.get(link)
    answer = post(client, "/reset", {"password": password})
    return answer.status_code, answer.location or answer.text


def test_a_link_leads_to_a_new_password_and_ends_every_session(
    app: Flask, client: FlaskClient, sign_in: SignIn, store_session: OpenStore
) -> None:
    apps.give_password(app, cast.BEN)
    ben = sign_in(cast.BEN)
    assert asked(client, f" {cast.BEN.email.upper()}") == (303, "/recover?sent=1")
    link = link_to(app, cast.BEN.email)
    assert cast.BEN.email in client.get(link, follow_redirects=True).text
    assert choose(client, link) == (303, "/login")
    assert "Your password is changed" in client.get("/login").text
    assert ben.get("/").location == "/login"
    assert sign_in_through_the_page(client, cast.BEN.email, cast.PASSWORD).status_code == 422
    assert sign_in_through_the_page(client, cast.BEN.email, NEW).status_code == 303
    work(app)
    harbor = store_session("harbor")
    assert "user.password_reset" in set(harbor.scalars(select(AuditEvent.action)))


def test_the_link_is_out_of_the_address_at_once(app: Flask, client: FlaskClient) -> None:
    asked(client)
    link = link_to(app, cast.BEN.email)
    answer = client.get(link)
    assert (answer.location, answer.headers["Referrer-Policy"]) == ("/reset", "no-referrer")
    assert link.rpartition("/")[2] not in client.get("/reset").text


def test_a_link_works_once(app: Flask, client: FlaskClient) -> None:
    asked(client)
    link = link_to(app, cast.BEN.email)
    assert choose(client, link)[0] == 303
    status, said = choose(app.test_client(), link)
    assert (status, "no longer works" in said) == (410, True)


def test_of_two_links_the_first_used_kills_the_other(app: Flask, client: FlaskClient) -> None:
    for _ in range(2):
        asked(client)
        work(app)
    first, second = map(link_in, letters(app))
    assert choose(client, first)[0] == 303
    assert choose(client, second)[0] == 410


def test_a_password_changed_otherwise_kills_the_link(app: Flask, client: FlaskClient) -> None:
    asked(client)
    link = link_to(app, cast.BEN.email)
    with app.app_context():
        session = current_session()
        actions.set_password(session.get_one(User, cast.BEN.id), password="quite another one")
        session.commit()
    assert choose(client, link)[0] == 410


def test_after_an_hour_it_is_over(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(client)
    link, later = link_to(app, cast.BEN.email), datetime.now(UTC) + timedelta(minutes=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert choose(client, link)[0] == 410


@pytest.mark.parametrize("forged", ["{}x", "{:.40}", "/reset/a.b", "/reset/W10.x"])
def test_a_forged_link_is_refused(app: Flask, client: FlaskClient, forged: str) -> None:
    asked(client)
    assert choose(client, forged.format(link_to(app, cast.BEN.email)))[0] == 410


def test_a_weak_password_keeps_the_link(app: Flask, client: FlaskClient) -> None:
    asked(client)
    link = link_to(app, cast.BEN.email)
    assert choose(client, link, "short")[0] == 422
    assert choose(client, link)[0] == 303


@pytest.mark.parametrize("email", ["nobody@nowhere.example", cast.EVE.email, "no address"])
def test_who_gets_no_link_is_answered_alike(app: Flask, client: FlaskClient, email: str) -> None:
    assert asked(client, email) == asked(client)
    assert {each["To"] for each in letters(app)} == {cast.BEN.email}


@pytest.mark.parametrize("field", ["is_demo", "active"])
def test_demo_accounts_and_those_that_are_off_get_none(
    app: Flask, client: FlaskClient, session: Session, field: str
) -> None:
    setattr(session.get_one(User, cast.BEN.id), field, field == "is_demo")
    session.commit()
    assert asked(client)[0] == 303
    assert letters(app) == []


def test_every_address_costs_the_same_statements(app: Flask, client: FlaskClient) -> None:
    seen: list[str] = []
    with app.app_context():
        event.listen(
            db.engine,
            "before_cursor_execute",
            lambda _c, _cu, statement, *_: seen.append(statement),
        )
    counted = []
    for email in (cast.BEN.email, "nobody@nowhere.example"):
        del seen[:]
        asked(client, email)
        counted.append(list(seen))
    assert counted[0] == counted[1]


@pytest.fixture
def limited(config: Config) -> Iterator[Flask]:
    with apps.app_of(replace(config, ratelimit=True)) as made:
        made.config["WTF_CSRF_ENABLED"] = True
        yield made


def test_asking_is_throttled_whoever_is_meant(limited: Flask) -> None:
    client = limited.test_client()
    tries = [asked(client, "fay@x.example")[0] for _ in range(4)]
    assert tries == [303, 303, 303, 429]
    others = [asked(client, f"{number}@x.example")[0] for number in range(8)]
    assert others[-1] == 429
