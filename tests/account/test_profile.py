"""A person's own account: name, password, and the browsers in which they are signed in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.account import agents
from shopapp.accounts.models import User
from shopapp.audit.models import AuditEvent
from shopapp.config import Config
from shopapp.db import Session
from tests import apps, cast
from tests.account.letterbox import work
from tests.conftest import OpenStore, SignIn
from tests.web.forms import post, sign_in_through_the_page

NEW = "eleven words and a kettle"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def password(app: Flask) -> str:
    return apps.give_password(app, cast.ADA)


@pytest.fixture
def ada(client: FlaskClient, password: str) -> FlaskClient:
    sign_in_through_the_page(client, cast.ADA.email, password)
    return client


@pytest.fixture
def phone(app: Flask, password: str) -> FlaskClient:
    """Ada's other browser."""
    other = app.test_client()
    other.environ_base["HTTP_USER_AGENT"] = FIREFOX
    sign_in_through_the_page(other, cast.ADA.email, password)
    return other


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def test_it_is_reached_from_every_page(sign_in: SignIn) -> None:
    assert 'href="/account"' in sign_in(cast.EVE).get("/").text
    cleo = sign_in(cast.CLEO)
    assert 'href="/harbor/menu"' in cleo.get("/harbor/inbox").text
    for headers in ({}, {"HX-Request": "true", "HX-Request-Type": "partial"}):
        assert 'href="/account"' in cleo.get("/harbor/menu", headers=headers).text


def test_a_name_is_saved_and_an_empty_one_refused(ada: FlaskClient, session: Session) -> None:
    assert post(ada, "/account/name", {"name": "  Ada   L. "}).location == "/account"
    assert post(ada, "/account/name", {"name": " "}).status_code == 422
    session.reading = True
    assert session.get_one(User, cast.ADA.id).name == "Ada L."


def test_a_new_password_keeps_this_browser_and_ends_the_others(
    app: Flask, ada: FlaskClient, phone: FlaskClient, password: str, store_session: OpenStore
) -> None:
    typed = {"current": password, "password": NEW}
    assert post(ada, "/account/password", typed).location == "/account"
    assert is_in(ada)
    assert not is_in(phone)
    assert sign_in_through_the_page(phone, cast.ADA.email, password).status_code == 422
    assert sign_in_through_the_page(phone, cast.ADA.email, NEW).status_code == 303
    work(app)
    harbor = store_session("harbor")
    assert "user.password_changed" in set(harbor.scalars(select(AuditEvent.action)))


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"current": "a wrong guess", "password": NEW}, "current"),
        ({"current": "", "password": NEW}, "current"),
        ({"current": cast.PASSWORD, "password": "short"}, "password"),
        ({"current": cast.PASSWORD, "password": cast.ADA.email}, "password"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    ada: FlaskClient, phone: FlaskClient, typed: dict[str, str], field: str
) -> None:
    answer = post(ada, "/account/password", typed)
    assert answer.status_code == 422
    marked = BeautifulSoup(answer.text, "html.parser").select("[aria-invalid]")
    assert [each["name"] for each in marked] == [field]
    assert cast.PASSWORD not in answer.text
    assert is_in(phone)


def test_the_browsers_are_listed_and_this_one_is_marked(
    ada: FlaskClient, phone: FlaskClient
) -> None:
    page = BeautifulSoup(phone.get("/account").text, "html.parser")
    rows = [each.get_text(" ", strip=True) for each in page.select(".browsers li")]
    (this,) = [each for each in rows if "This browser" in each]
    assert "Firefox on Linux" in this
    assert "127.0.0.1" in this


def test_one_browser_is_signed_out_alone(ada: FlaskClient, phone: FlaskClient) -> None:
    page = BeautifulSoup(ada.get("/account").text, "html.parser")
    (row,) = [each for each in page.select(".browsers li") if "Firefox" in each.get_text()]
    chosen = {"session": str(row.select("[name=session]")[0]["value"])}
    assert post(ada, "/account/sessions", chosen).location == "/account"
    assert is_in(ada)
    assert not is_in(phone)


def test_somebody_else_s_browser_stays(ada: FlaskClient, sign_in: SignIn) -> None:
    page = BeautifulSoup(ada.get("/account").text, "html.parser")
    mine = str(page.select("[name=session]")[0]["value"])
    post(sign_in(cast.BEN), "/account/sessions", {"session": mine})
    listed = BeautifulSoup(ada.get("/account").text, "html.parser").select("[name=session]")
    assert mine in [each["value"] for each in listed]


def test_signing_out_everywhere_leaves_nobody_in(ada: FlaskClient, phone: FlaskClient) -> None:
    answer = post(ada, "/account/sign-outs")
    assert answer.location == "/login"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(ada)
    assert not is_in(phone)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537.36 Edg/140", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Chrome/140 Safari/537", "Chrome on Mac"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile Safari", "Chrome on Android"),
        ("", "Unknown browser"),
        ("<b>", "Unknown browser"),
    ],
)
def test_a_browser_is_called_as_people_call_it(said: str, words: str) -> None:
    assert agents.in_words(said) == words


@pytest.fixture
def limited(config: Config) -> Iterator[Flask]:
    with apps.app_of(replace(config, ratelimit=True)) as made:
        made.config["WTF_CSRF_ENABLED"] = True
        yield made


def test_guessing_the_present_password_has_to_wait(limited: Flask) -> None:
    ada = apps.signed_in(limited, cast.ADA)
    typed = {"current": "a wrong guess", "password": NEW}
    tries = [post(ada, "/account/password", typed).status_code for _ in range(6)]
    assert tries == [422] * 5 + [429]
