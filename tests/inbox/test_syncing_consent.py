"""A mailbox read by its owner's consent, at a real server: token renewed, withdrawn, and found."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from shopapp.accounts.models import User
from shopapp.connections.models import ConnectionEvent, EventStatus, StoreSecret
from shopapp.connectors.oauth.providers import provider
from shopapp.connectors.oauth.shapes import Grant, Server
from shopapp.inbox import watching
from shopapp.mail import consenting
from shopapp.mail.models import Mailbox, SignIn
from tests import cast
from tests.inbox.desk import ADDRESS
from tests.inbox.servers import PASSWORD, Post
from tests.servers.consent import ConsentServer

SALES = "sales@harbor.example"


@pytest.fixture
def consented(post_office: Post, consent_server: ConsentServer) -> Post:
    """The desk's mailbox, which had a password, connected by consent; the server knows a token."""
    app = post_office.desk.shop.app
    app.config["SHOPAPP"] = replace(
        app.config["SHOPAPP"],
        google_client_id="our-client",
        google_client_secret="our-secret",
        google_oauth_url=consent_server.url,
    )
    consent_server._refresh.add("refresh-1")
    post_office.server.tokens.good["access-1"] = ADDRESS
    consent(post_office, Grant("access-1", 3600, "refresh-1", (ADDRESS,)))
    return post_office


def consent(post_office: Post, grant: Grant) -> None:
    server = Server(post_office.server.host, post_office.server.tls_port, "tls")
    with post_office.desk.session() as session:
        mailbox = post_office.mailbox(session)
        google = replace(provider("google"), imap=server)
        keyring = post_office.desk.shop.app.extensions["shopapp_keys"].keyring
        by = session.get_one(User, cast.ADA.id)
        consenting.connect(session, mailbox, google, grant, keyring=keyring, by=by)


def renews(consent_server: ConsentServer, token: str) -> None:
    """What the provider answers next."""
    said = {"access_token": token, "expires_in": 3600, "token_type": "Bearer"}
    consent_server.answers.append((200, json.dumps(said).encode()))


def test_the_first_reading_signs_in_with_the_token_and_the_password_is_forgotten(
    consented: Post,
) -> None:
    consented.deliver(1, 2)
    mailbox = consented.sync()
    assert (mailbox.sign_in, mailbox.failing_since) == (SignIn.GOOGLE, None)
    assert consented.ledger().parsed == 2
    with consented.desk.session() as session:
        assert session.scalars(select(StoreSecret.name)).all() == [f"oauth:{mailbox.id}"]


def test_an_expired_token_is_renewed_and_the_reading_goes_on(
    consented: Post, consent_server: ConsentServer
) -> None:
    consented.deliver(1)
    consented.sync()
    consented.server.tokens.good = {"access-2": ADDRESS}
    renews(consent_server, "access-2")
    consented.deliver(2)
    assert consented.sync().failing_since is None
    assert (consented.ledger().parsed, len(consent_server.renewals)) == (2, 1)
    consented.deliver(3)
    consented.sync()
    assert (consented.ledger().parsed, len(consent_server.renewals)) == (3, 1)


def test_a_withdrawn_consent_stops_its_mailbox_alone_and_the_provider_is_asked_once(
    consented: Post, consent_server: ConsentServer
) -> None:
    consented.server.add_user(SALES, PASSWORD)
    consented.connect(SALES)
    consented.sync(address=SALES)
    consented.server.tokens.good.clear()
    consent_server.revoked = True
    for _ in range(3):
        mailbox = consented.sync()
        assert mailbox.last_error == "Google’s consent was withdrawn: connect again."
    assert mailbox.failing_since
    assert len(consent_server.renewals) == 1
    assert consented.sync(address=SALES).failing_since is None
    with consented.desk.session() as session:
        failures = ConnectionEvent.status == EventStatus.FAILURE
        assert session.scalar(select(func.count(ConnectionEvent.id)).where(failures)) == 1
    consent_server.revoked = False
    consented.server.tokens.good["access-3"] = ADDRESS
    consent(consented, Grant("access-3", 3600, "refresh-3", (ADDRESS,)))
    consented.deliver(1)
    assert consented.sync().last_error is None
    assert consented.ledger().parsed == 1


def test_a_token_the_server_never_takes_is_renewed_once_and_then_told(
    consented: Post, consent_server: ConsentServer
) -> None:
    consented.server.tokens.good.clear()
    mailbox = consented.sync()
    assert "refused the consent for help@harbor.example" in str(mailbox.last_error)
    assert len(consent_server.renewals) == 1


def test_a_mailbox_with_a_consent_is_listened_to_by_a_token_that_lives(
    consented: Post, consent_server: ConsentServer
) -> None:
    consented.server.tokens.good = {"access-2": ADDRESS}
    renews(consent_server, "access-2")
    with consented.desk.session() as session:
        mailbox_id = session.scalars(select(Mailbox.id).where(Mailbox.address == ADDRESS)).one()
    app = consented.desk.shop.app
    with app.app_context():
        server = watching._server(app, consented.desk.shop.store_id, mailbox_id)
        assert server is not None
        with server.visit() as visit:
            assert visit.open("INBOX").messages == 0
