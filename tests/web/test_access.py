"""Marks: no view without one, and fresh ones ask for the password again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask, make_response
from werkzeug.wrappers import Response

from shopapp import clock
from shopapp.accounts.models import Role
from shopapp.config import Config
from shopapp.stores.actions import RESERVED
from shopapp.web import access
from tests import apps, cast
from tests.web.forms import HTMX, post


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """The application with one view that wants a fresh password."""
    with apps.app_of(config) as made:
        made.config["WTF_CSRF_ENABLED"] = True

        @access.allow(Role.ADMIN, fresh=True)
        def vault() -> Response:
            return make_response("open")

        made.add_url_rule("/<handle>/vault", "vault", vault, methods=["GET", "POST"])
        yield made


def test_a_view_without_a_mark_stops_the_start(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "")
    with pytest.raises(RuntimeError, match="forgotten"):
        access.refuse_unmarked(app)


def test_a_fresh_view_opens_for_who_has_just_signed_in(app: Flask) -> None:
    assert apps.signed_in(app, cast.ADA).get("/harbor/vault").text == "open"


def test_a_fresh_view_asks_again_after_a_quarter_of_an_hour(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    password = apps.give_password(app, cast.ADA)
    ada = apps.signed_in(app, cast.ADA)
    then = clock.now() + timedelta(minutes=16)
    monkeypatch.setattr(clock, "now", lambda: then)
    assert ada.get("/harbor/vault").location == "/verify?next=/harbor/vault"
    shown = {**HTMX, "HX-Current-URL": "http://localhost/harbor/settings"}
    asked = post(ada, "/harbor/vault", headers=shown)
    assert asked.status_code == 401
    assert asked.headers["HX-Redirect"] == "/verify?next=/harbor/settings"
    page = ada.get("/verify?next=/harbor/vault")
    assert 'value="/harbor/vault"' in page.text
    assert post(ada, "/verify", {"password": password, "next": "/harbor/vault"}).location == (
        "/harbor/vault"
    )
    assert ada.get("/harbor/vault").text == "open"


def test_a_role_is_looked_at_before_the_password(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben = apps.signed_in(app, cast.BEN)
    then = clock.now() + timedelta(minutes=16)
    monkeypatch.setattr(clock, "now", lambda: then)
    assert ben.get("/harbor/vault").status_code == 403


def test_flask_security_brings_no_pages_of_its_own(app: Flask) -> None:
    assert not [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("security")]
    assert access.FOREIGN == {}


def test_no_store_can_take_the_name_of_a_page(app: Flask) -> None:
    firsts = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()} - {"", "<handle>"}
    assert {each for each in firsts if not each.startswith("<")} <= RESERVED
