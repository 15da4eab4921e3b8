"""The URL map, walked whole: who gets in, who does not, and that nothing a client sends is a 500.

A new route is walked by itself; a new parameter gets its value in tests/routes.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from shopapp.accounts.models import Role
from shopapp.db import Session
from tests import apps, cast
from tests.conftest import OpenStore, SignIn
from tests.routes import BAD_IDS, ROWS, Route, furnish, roles_without, routes, wrong_methods
from tests.web.forms import HTMX, token

MEMBERS = {Role.ADMIN: cast.ADA, Role.AGENT: cast.BEN, Role.STAFF: cast.CLEO}
NOBODY = dict.fromkeys(ROWS, "nobody")
NAMES = (
    "q view cursor before after page size sort body version seen seen_version take reason ticket "
    "tickets action assignee note email password next theme reset key role user_id host port "
    "undo_seconds timezone currency signature"
).split()
JUNK = (
    "",
    "\x00",
    "🫖" * 300,
    "-1",
    "9" * 400,
    "1e999",
    "NaN",
    "' OR 1=1 --",
    "../../etc",
    "{{7}}",
)


@pytest.fixture
def app(app: Flask) -> Flask:
    """The application as it is served."""
    app.config["WTF_CSRF_ENABLED"] = True
    return app


@pytest.fixture
def here(store_session: OpenStore) -> dict[str, str]:
    """Ids of rows of Harbor."""
    return _furnished(store_session("harbor"))


@pytest.fixture
def elsewhere(store_session: OpenStore) -> dict[str, str]:
    """Ids of rows of Hill."""
    return _furnished(store_session("hill"))


def is_another(app: Flask, url: str, method: str) -> bool:
    """Whether a rule with a parameter takes `url` too: /flags/bulk as the flag "bulk"."""
    try:
        app.url_map.bind("localhost").match(url, method)
    except HTTPException:
        return False
    return True


class Browser:
    """A client that sends a token with its forms, once it has one."""

    def __init__(self, app: Flask, client: FlaskClient) -> None:
        self.app, self.client = app, client
        self.headers = {"X-CSRFToken": token(client)}

    def status(self, route: Route, ids: dict[str, str], *, method: str = "", **sent: object) -> int:
        """What the route answers in Harbor."""
        return self.at(route.url(self.app, "harbor", ids), method or route.method, **sent)

    def at(self, url: str, method: str, **sent: object) -> int:
        sent.setdefault("headers", self.headers)
        return self.client.open(url, method=method, **sent).status_code  # type: ignore[arg-type]


def test_every_parameter_has_a_value(app: Flask, here: dict[str, str]) -> None:
    for route in routes(app):
        assert route.url(app, "harbor", here)


def test_nobody_gets_in_without_signing_in(app: Flask, client: FlaskClient) -> None:
    for route in guarded(app):
        url = route.url(app, "harbor", NOBODY)
        plain = client.open(url, method=route.method)
        assert plain.status_code == 303, route
        assert plain.location.startswith("/login"), route
        fragment = client.open(url, method=route.method, headers=HTMX)
        assert fragment.status_code == 401, route
        assert fragment.headers["HX-Redirect"].startswith("/login"), route
        assert fragment.text == "", route


@pytest.mark.parametrize("person", [cast.EVE, cast.DORA], ids=["of no store", "of another store"])
def test_a_stranger_gets_404(
    app: Flask, sign_in: SignIn, here: dict[str, str], person: cast.Person
) -> None:
    browser = Browser(app, sign_in(person))
    seen = {route: browser.status(route, here) for route in guarded(app) if route.is_of_a_store}
    assert wrong(seen, lambda status: status == 404) == []


@pytest.mark.parametrize("role", Role)
def test_a_member_gets_in_with_the_role_and_only_with_it(
    app: Flask, sign_in: SignIn, here: dict[str, str], role: Role
) -> None:
    browser = Browser(app, sign_in(MEMBERS[role]))
    seen = {route: browser.status(route, here) for route in guarded(app) if route.is_of_a_store}
    refused = {route: seen[route] for route in seen if role in roles_without(route.mark)}
    admitted = {route: seen[route] for route in seen if route not in refused}
    assert wrong(refused, lambda status: status == 403) == []
    assert wrong(admitted, lambda status: status < 500 and status not in (401, 403)) == []


def test_a_wrong_method_is_405(app: Flask, sign_in: SignIn, here: dict[str, str]) -> None:
    browser = Browser(app, sign_in(cast.ADA))
    seen = {
        (route, method): browser.status(route, here, method=method)
        for route, method in wrong_methods(app)
        if not is_another(app, route.url(app, "harbor", here), method)
    }
    assert wrong(seen, lambda status: status == 405) == []


def test_head_and_options_are_answered(app: Flask, sign_in: SignIn, here: dict[str, str]) -> None:
    browser = Browser(app, sign_in(cast.ADA))
    seen = {route: browser.status(route, here, method="OPTIONS") for route in routes(app)}
    assert wrong(seen, lambda status: status == 200) == []
    reads = [route for route in routes(app) if route.method == "GET"]
    heads = {route: browser.status(route, here, method="HEAD") for route in reads}
    assert heads == {route: browser.status(route, here) for route in reads}


def test_a_row_that_is_not_there_is_404(app: Flask, sign_in: SignIn, here: dict[str, str]) -> None:
    browser = Browser(app, sign_in(cast.ADA))
    seen = {
        (route, bad): browser.status(route, {**here, name: bad})
        for route in routes(app)
        for name in route.rows
        for bad in BAD_IDS
    }
    assert wrong(seen, lambda status: status == 404) == []


def test_a_row_of_another_store_is_404(
    app: Flask, sign_in: SignIn, here: dict[str, str], elsewhere: dict[str, str]
) -> None:
    browser = Browser(app, sign_in(cast.ADA))
    seen = {
        (route, name): browser.status(route, {**here, name: elsewhere[name]})
        for route in routes(app)
        for name in route.rows
    }
    assert seen
    assert wrong(seen, lambda status: status == 404) == []


def test_a_form_without_its_token_is_400(app: Flask, sign_in: SignIn, here: dict[str, str]) -> None:
    ada = Browser(app, sign_in(cast.ADA))
    stolen = {"X-CSRFToken": token(app.test_client())}
    forged = {**ada.headers, "Sec-Fetch-Site": "cross-site"}
    seen = {
        (route, number): ada.status(route, here, headers=headers)
        for route in writes(app)
        if not route.rule.endpoint.startswith("posted.")  # a provider signs what it posts
        for number, headers in enumerate(({}, stolen, forged))
    }
    assert wrong(seen, lambda status: status == 400) == []


@pytest.mark.parametrize("value", JUNK, ids=range(len(JUNK)))
def test_no_query_string_is_an_error_of_ours(
    app: Flask, sign_in: SignIn, here: dict[str, str], value: str
) -> None:
    browser = Browser(app, sign_in(cast.ADA))
    query = dict.fromkeys([*NAMES, here["ticket_id"], ""], value)
    seen = {
        (route, len(headers)): browser.status(route, here, query_string=query, headers=headers)
        for route in routes(app)
        if route.method == "GET"
        for headers in ({}, HTMX)
    }
    assert wrong(seen, lambda status: status < 500) == []


@pytest.mark.parametrize("value", JUNK, ids=range(len(JUNK)))
def test_no_form_is_an_error_of_ours(app: Flask, here: dict[str, str], value: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False  # signing out in between would take the token along
    form = {name: [value, value] for name in (*NAMES, *_fields(app))}
    seen = {
        (route, len(headers)): apps.signed_in(app, cast.ADA)
        .post(route.url(app, "harbor", here), data=form, headers=headers)
        .status_code
        for route in writes(app)
        for headers in ({}, HTMX)
    }
    assert wrong(seen, lambda status: status < 500) == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"[1, {}]"),
        ("application/json", b"{"),
        ("multipart/form-data; boundary=x", b"--x\r\nno end"),
        ("multipart/form-data", b"\x00\xff"),
        ("application/x-www-form-urlencoded", b"%FF=%00&=&&a[b]=\xff"),
        ("image/png", b"\x89PNG"),
        ("; ;=", b"x"),
    ],
    ids=range(7),
)
def test_no_body_is_an_error_of_ours(
    app: Flask, here: dict[str, str], kind: str, body: bytes
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    seen = {
        route: apps.signed_in(app, cast.ADA)
        .post(route.url(app, "harbor", here), data=body, content_type=kind)
        .status_code
        for route in writes(app)
    }
    assert wrong(seen, lambda status: status < 500) == []


def guarded(app: Flask) -> Iterator[Route]:
    """Routes that are not for everybody."""
    return (route for route in routes(app) if not route.mark.is_public)


def writes(app: Flask) -> Iterator[Route]:
    """Routes a form is posted to."""
    return (route for route in routes(app) if route.method == "POST")


def wrong(seen: Mapping[Any, int], is_right: Callable[[int], bool]) -> list[str]:
    """What was answered otherwise, one line each."""
    return [
        f"{' '.join(map(str, what)) if isinstance(what, tuple) else what}: {status}"
        for what, status in seen.items()
        if not is_right(status)
    ]


def _furnished(session: Session) -> dict[str, str]:
    ids = furnish(session)
    session.commit()
    return ids


def _fields(app: Flask) -> Iterator[str]:
    """The names of the inputs on the pages Ada sees without naming a row."""
    ada = apps.signed_in(app, cast.ADA)
    for route in routes(app):
        if route.method == "GET" and not route.rows and route.is_of_a_store:
            page = ada.get(route.url(app, "harbor", NOBODY)).text
            yield from re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', page)
