"""Commit once, at the edge: what an answer says is what the database holds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, abort, make_response
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.wrappers import Response

from shopapp.accounts.models import User
from shopapp.db import Session, current_session
from shopapp.refusals import Invalid, NotAllowed, Refused, Stale
from shopapp.web.access import public
from shopapp.web.htmx import changed, moved
from tests import apps, cast
from tests.web.forms import ANY_PAGE, HTMX, post, token

Act = Callable[[], Response]
Try = Callable[..., tuple[int, str]]


@pytest.fixture
def try_view(app: Flask, session: Session) -> Try:
    """`try_view(act)`: post to a view that renames Ada and then acts; (status, her name after)."""

    def trying(act: Act, *, method: str = "POST", **headers: str) -> tuple[int, str]:
        @public
        def view() -> Response:
            current_session().get_one(User, cast.ADA.id).name = "Renamed"
            return act()

        app.add_url_rule("/trial", "trial", view, methods=["GET", "POST"])
        client = app.test_client()
        told = {"X-CSRFToken": token_of(client), **headers}
        answer = client.open("/trial", method=method, headers=told)
        session.expire_all()
        name = session.scalar(select(User.name).where(User.id == cast.ADA.id))
        session.rollback()
        assert "Content-Security-Policy" in answer.headers
        assert "X-Request-ID" in answer.headers
        return answer.status_code, name or ""

    app.config["WTF_CSRF_ENABLED"] = False
    app._got_first_request = False  # a view is added while the app runs
    session.reading = True
    return trying


def token_of(_client: FlaskClient) -> str:
    return "unused"


@pytest.mark.parametrize("status", [200, 204, 303])
def test_an_answer_below_400_commits(try_view: Try, status: int) -> None:
    assert try_view(lambda: make_response("", status)) == (status, "Renamed")


@pytest.mark.parametrize("status", [400, 409, 422, 500])
def test_any_other_answer_rolls_back(try_view: Try, status: int) -> None:
    assert try_view(lambda: make_response("", status)) == (status, "Ada")


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (Stale("Somebody was faster."), 409),
        (NotAllowed("You may not."), 403),
        (Invalid("Too long.", "name"), 422),
        (Refused("Not now."), 409),
    ],
)
def test_a_refusal_rolls_back_and_says_why(
    app: Flask, try_view: Try, refusal: Refused, status: int
) -> None:
    def act() -> Response:
        raise refusal

    assert try_view(act) == (status, "Ada")
    assert str(refusal) in app.test_client().post("/trial").text
    assert str(refusal) in app.test_client().post("/trial", headers=HTMX).text


def test_a_crash_rolls_back_and_says_nothing_of_its_cause(app: Flask, try_view: Try) -> None:
    def act() -> Response:
        message = "the secret of the house"
        raise RuntimeError(message)

    assert try_view(act) == (500, "Ada")
    for headers in ({}, HTMX):
        answer = app.test_client().post("/trial", headers=headers)
        assert answer.status_code == 500
        assert "secret of the house" not in answer.text
        assert "Something broke on our side" in answer.text


def test_a_read_that_writes_is_a_crash(try_view: Try) -> None:
    def act() -> Response:
        current_session().flush()
        return make_response("")

    assert try_view(act, method="GET") == (500, "Ada")


def test_a_read_never_commits(try_view: Try) -> None:
    assert try_view(lambda: make_response(""), method="GET") == (200, "Ada")


def test_a_double_found_at_the_commit_is_409(try_view: Try) -> None:
    def act() -> Response:
        current_session().add(User(email=cast.BEN.email))
        return make_response("done")

    assert try_view(act) == (409, "Ada")


def test_a_success_that_failed_at_the_commit_is_not_told(app: Flask, try_view: Try) -> None:
    def act() -> Response:
        current_session().add(User(email=cast.BEN.email))
        return moved("/login", say="Saved for good")

    assert try_view(act) == (409, "Ada")
    client = app.test_client()
    assert "Saved for good" not in client.post("/trial").text
    assert "Saved for good" not in client.get(ANY_PAGE).text


def test_a_failure_at_the_commit_is_500(try_view: Try, monkeypatch: pytest.MonkeyPatch) -> None:
    def act() -> Response:
        def fail() -> None:
            message = "disk full"
            raise OSError(message)

        monkeypatch.setattr(current_session(), "commit", fail)
        return make_response("done")

    assert try_view(act) == (500, "Ada")


def test_a_success_is_told_once_on_the_next_page(app: Flask, try_view: Try) -> None:
    assert try_view(lambda: changed("unused", to="/login", say="Saved for good"))[0] == 303
    client = app.test_client()
    client.post("/trial")
    assert "Saved for good" in client.get(ANY_PAGE).text
    assert "Saved for good" not in client.get(ANY_PAGE).text


def test_a_custom_word_replaces_the_advice_of_a_page(app: Flask, try_view: Try) -> None:
    try_view(lambda: abort(403, "Ask Ada first."))
    for headers in ({}, HTMX):
        text = app.test_client().post("/trial", headers=headers).text
        assert "Ask Ada first." in text
        assert "Your role in this store" not in text


def test_an_error_page_that_breaks_is_still_an_answer(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shopapp.web.errors.render_template", lambda *_, **__: 1 / 0)
    answer = client.get(ANY_PAGE)
    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] in answer.text


def test_a_form_without_a_token_says_what_to_do(client: FlaskClient) -> None:
    answer = client.post("/theme", data={"theme": "dark"})
    assert answer.status_code == 400
    assert "Reload the page" in answer.text
    assert post(client, "/theme", {"theme": "dark"}).status_code == 303
    foreign = {"theme": "dark", "csrf_token": token(apps_client(client))}
    assert client.post("/theme", data=foreign).status_code == 400


def apps_client(client: FlaskClient) -> FlaskClient:
    """Somebody else's browser."""
    return client.application.test_client()


def test_json_is_no_form(app: Flask) -> None:
    ada = apps.signed_in(app, cast.ADA)
    told = {"X-CSRFToken": token(ada)}
    assert ada.post("/harbor/inbox/bulk", json=[1], headers=told).status_code == 415
