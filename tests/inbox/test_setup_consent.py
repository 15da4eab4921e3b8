"""Connecting a mailbox by consent: asked from its page, answered once, bound to who asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.config import Config
from shopapp.connections.models import StoreSecret
from shopapp.jobs.models import Job
from shopapp.mail.models import Mailbox, SignIn
from tests import apps, cast
from tests.conftest import OpenStore
from tests.conftest import SignIn as Enter
from tests.inbox.reading import PARTIAL
from tests.servers.consent import ConsentServer

ADDRESS = "help@harbor.example"


@pytest.fixture
def app(config: Config, consent_server: ConsentServer) -> Iterator[Flask]:
    """An application that is registered with the contract server."""
    known = replace(
        config,
        google_client_id="our-client",
        google_client_secret="our-secret",
        google_oauth_url=consent_server.url,
    )
    with apps.app_of(known) as made:
        yield made


@pytest.fixture
def box(store_session: OpenStore) -> str:
    with store_session("harbor") as session:
        row = Mailbox(address=ADDRESS, is_default=True)
        session.add(row)
        session.commit()
        return row.id


def ask(client: FlaskClient, box: str) -> str:
    """Press Connect Google; where the browser is sent."""
    answer = client.post(f"/harbor/inbox/setup/{box}/consent/google", headers=PARTIAL)
    return answer.headers["HX-Redirect"]


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def allow(page: str, way: str = "allow") -> str:
    """The person decides; the path they are sent back to."""
    try:
        build_opener(_Stay).open(page.replace("/authorize?", f"/{way}?"))
    except OSError as redirect:
        back = urlsplit(redirect.headers["Location"])  # type: ignore[attr-defined]
        assert back.path == "/connect/google/callback"
        return f"{back.path}?{back.query}"
    raise AssertionError("nobody was sent back")


def follow(client: FlaskClient, path: str) -> str:
    """Go where one is sent, to the end; the text of the last page."""
    return client.get(path, follow_redirects=True).text


def mailbox(open_store: OpenStore) -> Mailbox:
    with open_store("harbor") as session:
        return session.scalars(select(Mailbox)).one()


def test_an_admin_connects_a_mailbox(sign_in: Enter, box: str, store_session: OpenStore) -> None:
    ada = sign_in(cast.ADA)
    assert "Connect Google" in ada.get(f"/harbor/inbox/setup/{box}").text
    text = follow(ada, allow(ask(ada, box)))
    assert "Connected with Google" in text
    assert "Reconnect Google" in text
    row = mailbox(store_session)
    assert (row.sign_in, row.address) == (SignIn.GOOGLE, ADDRESS)
    with store_session("harbor") as session:
        (secret,) = session.scalars(select(StoreSecret)).all()
        assert secret.name == f"oauth:{box}"
    assert "<td>Google</td>" in ada.get("/harbor/settings/mailboxes").text


def test_a_new_mailbox_is_added_read_and_sent_from_by_its_consent(
    sign_in: Enter, consent_server: ConsentServer, store_session: OpenStore
) -> None:
    ada, consent_server.address = sign_in(cast.ADA), "tea@gmail.com"
    typed = {"address": "tea@gmail.com", "signature": "Ada", "is_active": "1", "days": "30"}
    asked = ada.post("/harbor/settings/mailboxes/consent/google", data=typed, headers=PARTIAL)
    assert "Connected with Google" in follow(ada, allow(asked.headers["HX-Redirect"]))
    row = mailbox(store_session)
    assert (row.address, row.signature, row.sign_in) == ("tea@gmail.com", "Ada", SignIn.GOOGLE)
    assert row.imap is not None
    assert row.smtp is not None
    assert (row.imap["host"], row.smtp["host"]) == ("imap.gmail.com", "smtp.gmail.com")
    with store_session("harbor") as session:
        assert session.scalars(select(Job.arguments).where(Job.name == "mail.sync")).all() == [
            {"mailbox_id": row.id}
        ]


def test_an_answer_counts_once(sign_in: Enter, box: str) -> None:
    ada = sign_in(cast.ADA)
    back = allow(ask(ada, box))
    follow(ada, back)
    assert "not asked for here, or too long ago" in follow(ada, back)


def test_an_answer_that_another_browser_asked_for_connects_nothing(
    sign_in: Enter, box: str, store_session: OpenStore
) -> None:
    back = allow(ask(sign_in(cast.ADA), box))
    assert "not asked for here" in follow(sign_in(cast.ADA), back)
    assert mailbox(store_session).sign_in is SignIn.PASSWORD


def test_an_answer_for_one_store_is_nothing_in_another(
    sign_in: Enter, box: str, store_session: OpenStore
) -> None:
    back = allow(ask(sign_in(cast.ADA), box))
    dora = sign_in(cast.DORA)
    assert dora.get(back, follow_redirects=True).status_code == 404
    query = urlsplit(back).query
    assert "not asked for here" in follow(dora, f"/hill/inbox/setup/consent?{query}")
    assert mailbox(store_session).sign_in is SignIn.PASSWORD


@pytest.mark.parametrize(
    "state", ["", "nonsense", "https://evil.example/", "eyJzdG9yZSI6ImhhcmJvciJ9.x.y"]
)
def test_the_callback_leads_nowhere_but_home_with_a_state_that_is_not_ours(
    sign_in: Enter, state: str
) -> None:
    answer = sign_in(cast.ADA).get(
        "/connect/google/callback", query_string={"state": state, "code": "c"}
    )
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/"


def test_somebody_who_declines_changes_nothing(
    sign_in: Enter, box: str, store_session: OpenStore
) -> None:
    ada = sign_in(cast.ADA)
    assert "No consent was given" in follow(ada, allow(ask(ada, box), "deny"))
    assert mailbox(store_session).sign_in is SignIn.PASSWORD


def test_a_provider_in_trouble_is_a_sentence(
    sign_in: Enter, box: str, consent_server: ConsentServer
) -> None:
    ada = sign_in(cast.ADA)
    back = allow(ask(ada, box))
    consent_server.answers = [(503, b"<h1>oops</h1>")]
    assert "Google has trouble of its own (HTTP 503)." in follow(ada, back)


def test_without_htmx_a_link_leads_to_the_provider(
    sign_in: Enter, box: str, consent_server: ConsentServer
) -> None:
    text = sign_in(cast.ADA).post(f"/harbor/inbox/setup/{box}/consent/google").text
    assert f'href="{consent_server.url}/authorize?' in text
    assert "Continue to Google" in text


def test_a_provider_nobody_registered_with_says_what_to_do(sign_in: Enter, box: str) -> None:
    answer = sign_in(cast.ADA).post(f"/harbor/inbox/setup/{box}/consent/microsoft", headers=PARTIAL)
    assert answer.status_code == 422
    assert "MICROSOFT_CLIENT_ID" in answer.text


def test_a_store_s_own_registration_comes_first(
    sign_in: Enter, box: str, consent_server: ConsentServer
) -> None:
    ada = sign_in(cast.ADA)
    save = "/harbor/inbox/setup/applications/google"
    refused = ada.post(save, data={"client_id": "own-id"}, headers=PARTIAL)
    assert (refused.status_code, "needs its client secret" in refused.text) == (422, True)
    kept = ada.post(save, data={"client_id": "own-id", "secret": "own-secret"}, headers=PARTIAL)
    assert "own-secret" not in kept.text
    assert parse_qs(urlsplit(ask(ada, box)).query)["client_id"] == ["own-id"]
    ada.post(save, data={"client_id": ""})
    assert parse_qs(urlsplit(ask(ada, box)).query)["client_id"] == ["our-client"]


def test_disconnecting_forgets_the_consent(
    sign_in: Enter, box: str, store_session: OpenStore
) -> None:
    ada = sign_in(cast.ADA)
    follow(ada, allow(ask(ada, box)))
    answer = ada.post(f"/harbor/inbox/setup/{box}/consent/removal", headers=PARTIAL)
    assert "Connect Google" in answer.text
    with store_session("harbor") as session:
        assert session.scalars(select(StoreSecret)).all() == []


def test_a_password_for_google_s_server_is_refused_with_the_way_to_go(sign_in: Enter) -> None:
    typed = {
        "host": "smtp.gmail.com",
        "port": "587",
        "security": "starttls",
        "username": "me@gmail.com",
        "secret": "hush",
    }
    answer = sign_in(cast.ADA).post("/harbor/settings/connections/smtp", data=typed)
    assert answer.status_code == 422
    assert "Google takes no password here: use Connect Google in Mailboxes." in answer.text


@pytest.mark.parametrize("person", [cast.BEN, cast.CLEO])
def test_only_admins_connect(sign_in: Enter, box: str, person: cast.Person) -> None:
    assert sign_in(person).get(f"/harbor/inbox/setup/{box}").status_code == 403
    answer = sign_in(person).post(f"/harbor/inbox/setup/{box}/consent/google")
    assert answer.status_code == 403
