"""Signing in: who gets in, what others are told, and where one goes afterwards."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shopapp.accounts.models import User
from shopapp.db import Session
from tests import apps, cast
from tests.conftest import SignIn
from tests.web.forms import post, sign_in_through_the_page, token


@pytest.fixture
def password(app: Flask) -> str:
    return apps.give_password(app, cast.ADA)


def test_the_right_password_opens_the_store(client: FlaskClient, password: str) -> None:
    answer = sign_in_through_the_page(client, cast.ADA.email, password)
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/").location == "/harbor/"


def test_an_address_is_known_in_any_spelling(client: FlaskClient, password: str) -> None:
    answer = sign_in_through_the_page(client, f" {cast.ADA.email.upper()} ", password)
    assert answer.status_code == 303


def test_a_sign_in_is_remembered_on_the_person(
    client: FlaskClient, password: str, session: Session
) -> None:
    sign_in_through_the_page(client, cast.ADA.email, password)
    assert session.get_one(User, cast.ADA.id).last_login_at is not None


@pytest.mark.parametrize("email", [cast.ADA.email, "nobody@harbor.example", "", "no address"])
def test_a_wrong_password_and_an_unknown_address_look_the_same(
    client: FlaskClient, password: str, email: str
) -> None:
    answer = sign_in_through_the_page(client, email, "something else entirely")
    assert answer.status_code == 422
    assert "That e-mail address and password do not belong together." in answer.text
    assert f'value="{email}"' in answer.text
    assert answer.text.count('role="alert"') == 1
    assert "something else entirely" not in answer.text
    assert client.get("/").location == "/login"


@pytest.mark.parametrize("email", [cast.ADA.email, cast.BEN.email, "nobody@harbor.example"])
def test_every_refusal_costs_one_hash(
    app: Flask, client: FlaskClient, password: str, email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    context = app.extensions["security"].pwd_context
    for name in ("hash", "verify"):
        real = getattr(context, name)

        def counted(*values: object, name: str = name, real: object = real) -> object:
            made.append(name)
            return real(*values)  # type: ignore[operator]

        monkeypatch.setattr(context, name, counted)
    sign_in_through_the_page(client, email, "something else entirely")
    assert len(made) == 1


def test_an_account_that_is_off_learns_it_only_with_its_password(
    client: FlaskClient, password: str, session: Session
) -> None:
    session.get_one(User, cast.ADA.id).active = False
    session.commit()
    wrong = sign_in_through_the_page(client, cast.ADA.email, "something else entirely")
    assert "switched off" not in wrong.text
    right = sign_in_through_the_page(client, cast.ADA.email, password)
    assert right.status_code == 422
    assert "switched off" in right.text


def test_a_sign_in_without_a_token_is_refused(client: FlaskClient, password: str) -> None:
    answer = client.post("/login", data={"email": cast.ADA.email, "password": password})
    assert answer.status_code == 400


def test_nothing_of_the_session_before_is_kept(client: FlaskClient, password: str) -> None:
    before = token(client)
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
        old = cookie["csrf_token"]
    form = {"email": cast.ADA.email, "password": password, "csrf_token": before}
    assert client.post("/login", data=form).status_code == 303
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie.get("csrf_token") != old
    assert client.post("/logout", data={"csrf_token": before}).status_code == 400


@pytest.mark.parametrize(
    "wanted", ["/harbor/inbox", "/harbor/inbox?view=mine&q=a%20b", "/harbor/settings"]
)
def test_one_goes_on_to_the_page_one_wanted(
    client: FlaskClient, password: str, wanted: str
) -> None:
    page = client.get("/login", query_string={"next": wanted})
    assert wanted.replace("&", "&amp;") in page.text
    answer = sign_in_through_the_page(client, cast.ADA.email, password, next=wanted)
    assert answer.location == wanted


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "harbor/inbox",
        " /harbor",
        "/harbor\r\nSet-Cookie: a=b",
        "/" + "a" * 5000,
    ],
)
def test_no_one_is_sent_elsewhere(client: FlaskClient, password: str, elsewhere: str) -> None:
    assert "evil" not in client.get("/login", query_string={"next": elsewhere}).text
    answer = sign_in_through_the_page(client, cast.ADA.email, password, next=elsewhere)
    assert answer.location == "/"
    again = client.get("/login", query_string={"next": elsewhere})
    assert (again.status_code, again.location) == (303, "/")


def test_who_is_signed_in_goes_on_from_the_sign_in_page(sign_in: SignIn) -> None:
    assert sign_in(cast.ADA).get("/login?next=/harbor/inbox").location == "/harbor/inbox"


def test_junk_in_the_form_is_bad_input(client: FlaskClient) -> None:
    for junk in ({"email": "a\x00b", "password": "\x00"}, {"email": "🫖" * 999}, {"remember": "x"}):
        assert post(client, "/login", junk).status_code == 422
    told = {"X-CSRFToken": token(client)}
    assert client.post("/login", json=[1], headers=told).status_code == 422
