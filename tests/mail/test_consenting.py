"""Mail through a mailbox whose owner consented, at a real SMTP server that speaks XOAUTH2."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.connectors.oauth.providers import provider
from shopapp.connectors.oauth.shapes import Grant, Server
from shopapp.jobs import worker
from shopapp.mail import consenting
from shopapp.mail.models import Mailbox, OutboundState, SignIn
from shopapp.refusals import Invalid
from tests.jobs.scaffold import Shop
from tests.mail.posting import post, stored
from tests.servers.consent import ConsentServer
from tests.servers.smtp import SmtpServer

US = "help@harbor.example"


def grant(*addresses: str, seconds: int = 3600) -> Grant:
    return Grant("access-0", seconds, "refresh-1", addresses or (US,))


def connect(shop: Shop, given: Grant, smtp: SmtpServer | None = None, address: str = US) -> str:
    """A mailbox connected by consent; its id."""
    google = provider("google")
    if smtp:
        google = replace(google, smtp=Server(smtp.host, smtp.port, "none"))
    with shop.session() as session:
        mailbox = Mailbox(address=address, is_default=True)
        session.add(mailbox)
        session.flush()
        ring = shop.app.extensions["shopapp_keys"].keyring
        consenting.connect(session, mailbox, google, given, keyring=ring, by=shop.ada(session))
        return mailbox.id


@pytest.fixture
def registered(shop: Shop, consent_server: ConsentServer) -> Shop:
    """The installation is known to the provider, who knows the first refresh token."""
    consent_server._refresh.add("refresh-1")
    shop.app.config["SHOPAPP"] = replace(
        shop.config,
        google_client_id="our-client",
        google_client_secret="our-secret",
        google_oauth_url=consent_server.url,
    )
    return shop


def send(shop: Shop, mailbox_id: str) -> str:
    with shop.session() as session:
        mailbox = session.get_one(Mailbox, mailbox_id)
        session.expunge(mailbox)
    mail_id = post(shop, mailbox=mailbox)
    worker.drain(shop.app)
    return mail_id


def box(shop: Shop, mailbox_id: str) -> Mailbox:
    with shop.session() as session:
        mailbox = session.get_one(Mailbox, mailbox_id)
        session.expunge(mailbox)
        return mailbox


def test_a_reply_leaves_by_the_consent_of_its_mailbox(
    registered: Shop, smtp_server: SmtpServer
) -> None:
    smtp_server.tokens = {"access-0"}.__contains__
    mail_id = send(registered, connect(registered, grant(), smtp_server))
    assert stored(registered, mail_id).state is OutboundState.SENT
    assert len(smtp_server.deliveries) == 1


def test_a_refused_token_is_renewed_and_the_mail_leaves_once(
    registered: Shop, smtp_server: SmtpServer, consent_server: ConsentServer
) -> None:
    smtp_server.tokens = consent_server.access.__contains__
    mail_id = send(registered, connect(registered, grant(), smtp_server))
    assert stored(registered, mail_id).state is OutboundState.SENT
    assert len(smtp_server.deliveries) == len(consent_server.renewals) == 1


def test_a_withdrawn_consent_stops_the_mailbox_until_somebody_reconnects(
    registered: Shop, smtp_server: SmtpServer, consent_server: ConsentServer
) -> None:
    smtp_server.tokens = consent_server.access.__contains__
    consent_server.revoked = True
    mailbox_id = connect(registered, grant(), smtp_server)
    for _ in range(3):
        assert stored(registered, send(registered, mailbox_id)).state is OutboundState.FAILED
    assert len(consent_server.renewals) == 1
    failing = box(registered, mailbox_id)
    assert failing.last_error == "Google’s consent was withdrawn: connect again."
    assert failing.failing_since
    with registered.session() as session:
        ring = registered.app.extensions["shopapp_keys"].keyring
        mailbox = session.get_one(Mailbox, mailbox_id)
        by = registered.ada(session)
        consenting.connect(session, mailbox, provider("google"), grant(), keyring=ring, by=by)
        assert (mailbox.last_error, mailbox.failing_since) == (None, None)


def test_who_consented_becomes_the_address_of_a_new_mailbox(shop: Shop) -> None:
    mailbox = box(shop, connect(shop, grant("shop@gmail.com"), address="typo@gmail.com"))
    assert (mailbox.address, mailbox.sign_in) == ("shop@gmail.com", SignIn.GOOGLE)
    assert mailbox.imap == {
        "host": "imap.gmail.com",
        "port": 993,
        "security": "tls",
        "username": "shop@gmail.com",
        "since": (clock.today("UTC") - timedelta(days=30)).isoformat(),
    }


def test_another_address_is_refused_where_mail_has_come_and_gone(
    registered: Shop, smtp_server: SmtpServer
) -> None:
    smtp_server.tokens = {"access-0"}.__contains__
    mailbox_id = connect(registered, grant(), smtp_server)
    send(registered, mailbox_id)
    with registered.session() as session:
        mailbox = session.get_one(Mailbox, mailbox_id)
        ring = registered.app.extensions["shopapp_keys"].keyring
        by: User = registered.ada(session)
        with pytest.raises(Invalid, match=r"You consented as else@gmail\.com"):
            consenting.connect(
                session, mailbox, provider("google"), grant("else@gmail.com"), keyring=ring, by=by
            )


def test_a_disconnected_mailbox_forgets_its_tokens_and_servers(shop: Shop) -> None:
    mailbox_id = connect(shop, grant())
    with shop.session() as session:
        mailbox = session.get_one(Mailbox, mailbox_id)
        consenting.disconnect(session, mailbox, by=shop.ada(session))
        assert (mailbox.sign_in, mailbox.imap, mailbox.smtp) == (SignIn.PASSWORD, None, None)
        assert not consenting.consents.consented(session, mailbox_id)
