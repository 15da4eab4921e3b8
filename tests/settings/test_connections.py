"""Connections: saving, testing and disconnecting a mail server, against a real one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from shopapp.audit.models import AuditEvent
from shopapp.config import Config
from shopapp.connections.models import ConnectionEvent, EventStatus, StoreSecret
from shopapp.connectors.mail.client import SmtpTransport
from shopapp.connectors.mail.shapes import Probe
from shopapp.db import current_session
from shopapp.stores.queries import settings
from tests import apps, cast
from tests.canaries import canary
from tests.servers.smtp import SmtpServer
from tests.settings.conftest import Harbor
from tests.settings.reading import HOME, PARTIAL, by_id, filled, form, parsed, words

PAGE = f"{HOME}/connections"
URL = f"{PAGE}/smtp"
TESTS = f"{URL}/tests"
PASSWORD = canary("marmalade on toast 4f2a")


@pytest.fixture
def server(smtp_server: SmtpServer) -> SmtpServer:
    """A mail server that wants harbor and the password."""
    smtp_server.login = ("harbor", PASSWORD)
    return smtp_server


def typed(server: SmtpServer, **values: str) -> dict[str, str]:
    """A filled-in form."""
    fields = {
        "host": server.host,
        "port": str(server.port),
        "security": "none",
        "username": "harbor",
        "secret": PASSWORD,
    }
    return fields | values


def events(harbor: Harbor) -> list[ConnectionEvent]:
    """Every event, oldest first."""
    found: list[ConnectionEvent] = harbor(
        lambda session: session.scalars(select(ConnectionEvent).order_by(ConnectionEvent.id)).all()
    )
    return found


def kept(harbor: Harbor) -> dict[str, Any]:
    """What is stored of the mail server, beside the sealed password."""
    facts: dict[str, Any] = harbor(settings).connection_metadata.get("smtp", {})
    return facts


@pytest.mark.parametrize("headers", [{}, PARTIAL], ids=["page", "htmx"])
def test_saving_seals_the_password_and_shows_only_its_end(
    ada: FlaskClient, server: SmtpServer, harbor: Harbor, headers: dict[str, str]
) -> None:
    response = ada.post(URL, data=typed(server), headers=headers)
    assert response.status_code == (200 if headers else 303)
    assert kept(harbor) == {
        "host": server.host,
        "port": server.port,
        "security": "none",
        "username": "harbor",
    }
    secret = harbor(lambda session: session.scalars(select(StoreSecret)).one())
    assert secret.secret_hint == "4f2a"
    assert secret.rotated_at is not None
    page = ada.get(PAGE)
    assert "Saved, ending in 4f2a. Leave empty to keep it." in words(page)
    assert f"leave through {server.host}:{server.port}" in words(page)
    assert not by_id(parsed(page), "secret").get("value")


def test_the_audit_log_knows_that_the_password_was_replaced_and_not_more(
    ada: FlaskClient, server: SmtpServer, harbor: Harbor
) -> None:
    ada.post(URL, data=typed(server))
    event = harbor(lambda session: session.scalars(select(AuditEvent)).one())
    assert event.action == "connection.saved"
    assert event.after["sign_in"] == "replaced"
    ada.post(URL, data=typed(server, secret="", port="2525"))
    second = harbor(lambda session: session.scalars(select(AuditEvent)).all())[-1]
    assert (second.before, second.after) == ({"port": server.port}, {"port": 2525})


def test_a_test_that_passes_says_how_long_it_took_and_saves_nothing(
    ada: FlaskClient, server: SmtpServer, harbor: Harbor
) -> None:
    response = ada.post(TESTS, data=typed(server), headers=PARTIAL)
    assert response.status_code == 200
    assert "It works." in words(response)
    assert filled(parsed(response), "smtp")["host"] == server.host
    (event,) = events(harbor)
    assert (event.integration, event.status) == ("smtp", EventStatus.SUCCESS)
    assert event.latency_ms is not None
    assert event.detail == {"place": f"{server.host}:{server.port}", "by": "Ada"}
    assert kept(harbor) == {}
    assert server.deliveries == []


@pytest.mark.parametrize("headers", [{}, PARTIAL], ids=["page", "htmx"])
def test_a_test_that_fails_outlives_its_own_refusal(
    ada: FlaskClient, server: SmtpServer, harbor: Harbor, headers: dict[str, str]
) -> None:
    response = ada.post(TESTS, data=typed(server, secret="wrong"), headers=headers)
    assert response.status_code == 422
    assert "refused the user name or password" in words(response)
    assert "Enter them again" in words(response)
    assert filled(parsed(response), "smtp")["username"] == "harbor"
    (event,) = events(harbor)
    assert event.status is EventStatus.FAILURE
    assert "Enter them again" in event.message


def test_nobody_waits_for_a_lock_while_the_server_thinks(
    ada: FlaskClient, server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def probe(_transport: SmtpTransport) -> Probe:
        seen.append(current_session().in_transaction())
        return Probe(5, "hello", (), secure=False)

    monkeypatch.setattr(SmtpTransport, "probe", probe)
    assert ada.post(TESTS, data=typed(server)).status_code == 200
    assert seen == [False]


def test_an_empty_password_tests_and_keeps_the_saved_one(
    ada: FlaskClient, server: SmtpServer, harbor: Harbor
) -> None:
    ada.post(URL, data=typed(server))
    fields = form(ada, PAGE, "smtp")
    assert ada.post(TESTS, data=fields).status_code == 200
    ada.post(URL, data=fields)
    assert ada.post(TESTS, data=fields).status_code == 200
    assert events(harbor)[-1].status is EventStatus.SUCCESS


@pytest.mark.parametrize("elsewhere", [{"host": "localhost"}, {"username": "somebody"}])
@pytest.mark.parametrize("url", [URL, TESTS])
def test_the_saved_password_is_given_to_nobody_else(
    ada: FlaskClient, server: SmtpServer, harbor: Harbor, url: str, elsewhere: dict[str, str]
) -> None:
    ada.post(URL, data=typed(server))
    response = ada.post(url, data=typed(server, secret="", **elsewhere), headers=PARTIAL)
    assert response.status_code == 422
    assert "Enter the password again" in words(response)
    assert len(events(harbor)) == 1
    assert kept(harbor)["username"] == "harbor"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"host": ""}, "host"),
        ({"host": "not a host"}, "host"),
        ({"host": "http://mail.example"}, "host"),
        ({"port": "0"}, "port"),
        ({"port": "mail"}, "port"),
        ({"port": ""}, "port"),
        ({"security": "rot13"}, "security"),
        ({"host": "mail.example"}, "security"),
        ({"username": ""}, "username"),
        ({"secret": ""}, "secret"),
        ({"secret": "x" * 1025}, "secret"),
    ],
)
def test_bad_input_is_named_on_its_field(
    ada: FlaskClient, server: SmtpServer, harbor: Harbor, wrong: dict[str, str], field: str
) -> None:
    for url in (URL, TESTS):
        _is_named(ada.post(url, data=typed(server, **wrong), headers=PARTIAL), field)
    assert (kept(harbor), events(harbor)) == ({}, [])


def _is_named(response: TestResponse, field: str) -> None:
    page = parsed(response)
    assert response.status_code == 422
    assert page.select(f'[data-summary] a[href="#{field}"]')
    assert by_id(page, field)["aria-invalid"] == "true"


def test_disconnecting_forgets_the_password_and_says_where_mail_goes(
    ada: FlaskClient, server: SmtpServer, harbor: Harbor
) -> None:
    ada.post(URL, data=typed(server))
    button = by_id(parsed(ada.get(PAGE)), "smtp-removal")
    assert "Its password is deleted" in str(button["data-why"])
    response = ada.post(str(button["formaction"]), headers=PARTIAL)
    assert "No mail server yet." in words(response)
    assert kept(harbor) == {}
    assert harbor(lambda session: session.scalars(select(StoreSecret)).all()) == []
    assert events(harbor)[-1].message == "Disconnected."


def test_the_card_says_when_the_installation_s_own_server_sends(config: Config) -> None:
    url = "smtp://platform:pears@mail.example:587"
    with apps.app_of(replace(config, smtp_url=url)) as app:
        response = apps.signed_in(app, cast.ADA).get(PAGE)
    assert "the installation’s own server, mail.example:587" in words(response)
    assert "pears" not in response.get_data(as_text=True)


def test_only_the_last_twenty_events_are_shown(
    ada: FlaskClient, server: SmtpServer, harbor: Harbor
) -> None:
    for number in range(22):
        ada.post(URL, data=typed(server, port=str(3000 + number)))
    assert len(events(harbor)) == 22
    assert len(parsed(ada.get(PAGE)).select("#smtp tbody tr")) == 20


def test_testing_another_server_says_nothing_about_the_saved_one(
    ada: FlaskClient, server: SmtpServer
) -> None:
    ada.post(URL, data=typed(server))
    ada.post(TESTS, data=form(ada, PAGE, "smtp"))
    ada.post(TESTS, data=typed(server, port="1"))
    head = by_id(parsed(ada.get(PAGE)), "smtp").select_one(".card-head")
    assert head is not None
    assert "Working" in head.get_text()


def test_the_seventh_test_in_a_minute_waits(config: Config, server: SmtpServer) -> None:
    with apps.app_of(replace(config, ratelimit=True)) as app:
        ada = apps.signed_in(app, cast.ADA)
        data = typed(server)
        assert [ada.post(TESTS, data=data).status_code for _ in range(6)] == [200] * 6
        refused = ada.post(TESTS, data=data)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "Six tests a minute are enough." in words(refused)
    assert filled(parsed(refused), "smtp")["host"] == server.host


def test_changing_the_connection_needs_a_fresh_password(
    ada: FlaskClient, server: SmtpServer, harbor: Harbor
) -> None:
    with ada.session_transaction() as cookie:
        cookie["fs_paa"] -= 16 * 60
    page = parsed(ada.get(PAGE))
    assert page.find(id="smtp-save") is None
    assert "Confirm it’s you" in page.get_text()
    assert "/verify" in ada.post(URL, data=typed(server)).location
    assert kept(harbor) == {}
    assert ada.post(TESTS, data=typed(server)).status_code == 200
