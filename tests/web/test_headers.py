"""Headers of every answer, and which requests are not for us."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from shopapp.config import Config
from tests import apps, cast
from tests.conftest import SignIn
from tests.web.forms import HTMX, token

PAGES = (
    "/",
    "/login",
    "/harbor/",
    "/harbor/inbox",
    "/harbor/nothing/here",
    "/hill/inbox",
    "/theme",
)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_a_strict_policy_and_is_not_stored(sign_in: SignIn, page: str) -> None:
    for answer in (sign_in(cast.ADA).get(page), sign_in(cast.ADA).get(page, headers=HTMX)):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert {"HX-Request", "HX-Request-Type"} <= {*answer.vary}


def test_the_policy_has_no_room_for_inline_code(client: FlaskClient) -> None:
    page = client.get("/login").text
    assert " style=" not in page
    assert "<style" not in page
    assert "<script>" not in page


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "evil.example:80", "[::1", "", "a b", "@"]
)
def test_a_foreign_host_is_400(client: FlaskClient, host: str) -> None:
    answer = client.get("/login", headers={"Host": host})
    assert answer.status_code == 400
    assert "PUBLIC_URL" in answer.text


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1:8000", "[::1]:8000", "[::1]", "LOCALHOST"]
)
def test_our_own_names_are_answered(client: FlaskClient, host: str) -> None:
    assert client.get("/login", headers={"Host": host}).status_code == 200


def test_probes_are_answered_under_any_name(client: FlaskClient) -> None:
    for probe in ("/healthz", "/readyz"):
        assert client.get(probe, headers={"Host": "10.0.0.7"}).status_code == 200


def test_only_the_public_name_counts_elsewhere(config: Config) -> None:
    served = replace(config, host="0.0.0.0", public_url="https://shop.example")
    with apps.app_of(served) as app:
        client = app.test_client()
        assert client.get("/login", headers={"Host": "localhost"}).status_code == 400
        answer = client.get("https://shop.example/login")
        assert answer.status_code == 200
        assert "Strict-Transport-Security" in answer.headers
        assert "Secure" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(
    "said",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    ],
)
def test_a_write_from_another_site_is_400(client: FlaskClient, said: dict[str, str]) -> None:
    form = {"theme": "dark", "csrf_token": token(client)}
    answer = client.post("/theme", data=form, headers=said)
    assert answer.status_code == 400
    assert "another site" in answer.text
    assert client.get("/login", headers=said).status_code == 200


@pytest.mark.parametrize(
    "said",
    [{"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://localhost"}],
)
def test_a_write_of_our_own_page_passes(client: FlaskClient, said: dict[str, str]) -> None:
    form = {"theme": "dark", "csrf_token": token(client)}
    assert client.post("/theme", data=form, headers=said).status_code == 303


def test_every_request_has_an_id_of_its_own(client: FlaskClient) -> None:
    ids = [client.get("/login").headers["X-Request-ID"] for _ in range(3)]
    assert len({*ids}) == 3
    page = client.get("/nothing/here")
    assert f"Request {page.headers['X-Request-ID']}" in page.text


def test_an_id_is_taken_only_from_a_proxy_we_trust(config: Config, client: FlaskClient) -> None:
    given = {"X-Request-ID": "given-by-a-proxy"}
    assert client.get("/login", headers=given).headers["X-Request-ID"] != "given-by-a-proxy"
    with apps.app_of(replace(config, trusted_proxies=1)) as app:
        behind = app.test_client()
        assert behind.get("/login", headers=given).headers["X-Request-ID"] == "given-by-a-proxy"
        forged = {"X-Request-ID": "a b\tc"}
        assert behind.get("/login", headers=forged).headers["X-Request-ID"] != "a b\tc"


def test_costs_are_shown_only_when_asked_for(config: Config, client: FlaskClient) -> None:
    assert "X-Queries" not in client.get("/login").headers
    with apps.app_of(replace(config, debug_headers=True)) as app:
        ada = apps.signed_in(app, cast.ADA)
        assert ada.get("/healthz").headers["X-Queries"] == "0"
        assert ada.get("/").headers["X-Queries"] == "2"  # the person, and their stores
        assert "app;dur=" in ada.get("/").headers["Server-Timing"]


def test_a_picture_costs_no_query_for_who_is_signed_in(config: Config) -> None:
    with apps.app_of(replace(config, debug_headers=True)) as app:
        ada = apps.signed_in(app, cast.ADA)
        for page in ("/static/icons.svg", "/healthz", "/nothing/here"):
            assert ada.get(page).headers["X-Queries"] == "0"
