"""Sessions: they end by themselves, with a new password and by signing out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shopapp import clock
from shopapp.account import actions
from shopapp.accounts.models import User
from shopapp.db import Session, current_session
from tests import apps, cast
from tests.conftest import SignIn
from tests.web.forms import HTMX, post, sign_in_through_the_page, token

Later = Callable[[timedelta], None]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Let time pass, for shopapp's own clock."""
    moved = [datetime.now(UTC)]
    monkeypatch.setattr(clock, "now", lambda: moved[0])

    def move(by: timedelta) -> None:
        moved[0] += by

    return move


@pytest.fixture
def ada(app: Flask, client: FlaskClient, later: Later) -> FlaskClient:
    """Ada, who signed in through the page."""
    sign_in_through_the_page(client, cast.ADA.email, apps.give_password(app, cast.ADA))
    return client


def is_in(client: FlaskClient) -> bool:
    return client.get("/").location == "/harbor/"


def test_a_session_ends_after_twelve_hours_of_rest(ada: FlaskClient, later: Later) -> None:
    later(timedelta(hours=11, minutes=59))
    assert is_in(ada)
    later(timedelta(hours=11, minutes=59))
    assert is_in(ada)
    later(timedelta(hours=12, minutes=1))
    answer = ada.get("/harbor/inbox")
    assert (answer.status_code, answer.location) == (303, "/login?next=/harbor/inbox")
    assert "Your session has ended" in ada.get(answer.location).text


def test_a_remembered_session_lasts_thirty_days_of_rest(
    app: Flask, client: FlaskClient, later: Later
) -> None:
    password = apps.give_password(app, cast.ADA)
    sign_in_through_the_page(client, cast.ADA.email, password, remember="1")
    later(timedelta(days=29))
    assert is_in(client)
    later(timedelta(days=31))
    assert not is_in(client)


def test_only_a_remembered_session_outlives_the_browser(app: Flask, client: FlaskClient) -> None:
    password = apps.give_password(app, cast.ADA)
    brief = sign_in_through_the_page(client, cast.ADA.email, password)
    assert "Expires" not in brief.headers["Set-Cookie"]
    lasting = sign_in_through_the_page(app.test_client(), cast.ADA.email, password, remember="1")
    assert "Expires" in lasting.headers["Set-Cookie"]


def test_the_cookie_is_kept_from_scripts_and_other_sites(app: Flask, client: FlaskClient) -> None:
    password = apps.give_password(app, cast.ADA)
    cookie = sign_in_through_the_page(client, cast.ADA.email, password).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_new_password_ends_every_session(app: Flask, ada: FlaskClient) -> None:
    with app.app_context():
        session = current_session()
        actions.set_password(session.get_one(User, cast.ADA.id), password="quite another one")
        session.commit()
    assert not is_in(ada)


def test_an_account_that_is_switched_off_is_out_at_once(ada: FlaskClient, session: Session) -> None:
    session.get_one(User, cast.ADA.id).active = False
    session.commit()
    assert not is_in(ada)


def test_signing_out_ends_the_session_and_what_the_browser_kept(ada: FlaskClient) -> None:
    answer = post(ada, "/logout")
    assert (answer.status_code, answer.location) == (303, "/login")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(ada)


def test_signing_out_of_a_session_that_is_over_leads_to_the_sign_in_page(
    client: FlaskClient,
) -> None:
    assert client.post("/logout").location == "/login"


def test_an_htmx_request_without_a_session_leads_the_browser_to_sign_in(
    client: FlaskClient,
) -> None:
    shown = {**HTMX, "HX-Current-URL": "http://localhost/harbor/inbox?view=mine"}
    for answer in (
        client.get("/harbor/inbox/tickets/x/composer", headers=shown),
        client.post("/harbor/inbox/tickets/x/notes", headers=shown),
    ):
        assert answer.status_code == 401
        assert answer.headers["HX-Redirect"] == "/login?next=/harbor/inbox?view%3Dmine"
        assert answer.text == ""


def test_the_page_shown_is_believed_only_when_it_is_ours(client: FlaskClient) -> None:
    shown = {**HTMX, "HX-Current-URL": "http://evil.example/harbor"}
    assert client.get("/harbor/inbox", headers=shown).headers["HX-Redirect"] == "/login"


def test_a_form_of_a_session_that_is_over_leads_back_to_its_page(client: FlaskClient) -> None:
    answer = client.post(
        "/harbor/inbox/tickets/x/notes", headers={"Referer": "http://localhost/harbor/inbox"}
    )
    assert (answer.status_code, answer.location) == (303, "/login?next=/harbor/inbox")


def test_a_token_in_the_address_signs_nobody_in(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        stolen = current_session().get_one(User, cast.ADA.id).get_auth_token()
    assert client.get(f"/?auth_token={stolen}").location.startswith("/login")
    assert client.get("/", headers={"Authentication-Token": stolen}).location == "/login"


def test_verification_takes_the_password_again(app: Flask, sign_in: SignIn) -> None:
    ada, password = sign_in(cast.ADA), apps.give_password(app, cast.ADA)
    wrong = post(ada, "/verify", {"password": "not it", "next": "/harbor/settings"})
    assert wrong.status_code == 422
    assert 'value="/harbor/settings"' in wrong.text
    right = post(ada, "/verify", {"password": password, "next": "/harbor/settings"})
    assert (right.status_code, right.location) == (303, "/harbor/settings")


def test_a_signed_out_person_cannot_verify(client: FlaskClient) -> None:
    assert client.get("/verify").location == "/login?next=/verify"
    assert client.post("/verify", data={"csrf_token": token(client)}).status_code == 303
