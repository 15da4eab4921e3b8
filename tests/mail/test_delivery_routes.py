"""Which way a store's mail leaves: its own server, the platform's, the outbox folder."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from shopapp.connections import mailboxes
from shopapp.connections.mailboxes import Origin, Route
from shopapp.connections.models import StoreSecret
from shopapp.connectors.errors import Misconfigured
from shopapp.connectors.mail.shapes import SmtpSettings, TransportProtocol
from shopapp.crypto import keyrings
from shopapp.crypto.keyrings import Keyring
from shopapp.stores.models import StoreSettings
from shopapp.tenancy import bind
from tests import cast
from tests.canaries import canary
from tests.jobs.scaffold import Shop

OWN = SmtpSettings(
    host="mail.harbor.example", username="ada", password=canary("a very long secret")
)


def keyring(shop: Shop) -> Keyring:
    ring: Keyring = shop.app.extensions["shopapp_keys"].keyring
    return ring


def keep(shop: Shop, settings: SmtpSettings) -> None:
    with shop.session() as session:
        mailboxes.keep_smtp(session, settings, keyring=keyring(shop))


def transport(shop: Shop, ring: Keyring | None = None) -> TransportProtocol:
    with shop.session() as session:
        return mailboxes.transport(session, keyring=ring or keyring(shop), config=shop.config)


def route(shop: Shop) -> Route:
    with shop.session() as session:
        return mailboxes.route(session, config=shop.config)


def test_without_any_server_mail_goes_into_the_outbox_folder(shop: Shop) -> None:
    assert route(shop) == Route(Origin.OUTBOX, str(shop.config.instance / "outbox"))
    assert transport(shop).is_idempotent


def test_the_platforms_server_serves_every_store(shop: Shop) -> None:
    shop.use_smtp("smtp://127.0.0.1:2525")
    assert route(shop) == Route(Origin.PLATFORM, "127.0.0.1:2525")
    assert transport(shop).name == "127.0.0.1:2525"


def test_a_stores_own_server_comes_first(shop: Shop) -> None:
    shop.use_smtp("smtp://127.0.0.1:2525")
    keep(shop, OWN)
    assert route(shop) == Route(Origin.STORE, "mail.harbor.example:587")
    assert transport(shop).name == "mail.harbor.example:587"


def test_the_settings_come_back_whole_and_the_password_is_sealed(shop: Shop) -> None:
    keep(shop, OWN)
    with shop.session() as session:
        assert mailboxes.smtp_settings(session, keyring=keyring(shop)) == OWN
        metadata = session.scalars(select(StoreSettings)).one().connection_metadata
        secret = session.scalars(select(StoreSecret)).one()
        assert "a very long secret" not in str(metadata)
        assert b"a very long secret" not in (secret.secret_ciphertext or b"")


def test_saving_again_replaces_and_forgetting_removes(shop: Shop) -> None:
    keep(shop, OWN)
    keep(shop, replace(OWN, password=canary("another long secret")))
    with shop.session() as session:
        found = mailboxes.smtp_settings(session, keyring=keyring(shop))
        assert found is not None
        assert found.password == canary("another long secret")
        mailboxes.forget_smtp(session)
    assert route(shop).origin == Origin.OUTBOX
    with shop.session() as session:
        assert session.scalars(select(StoreSecret)).all() == []


def test_another_store_does_not_send_through_it(shop: Shop) -> None:
    keep(shop, OWN)
    with shop.session(bound=False) as session:
        bind(session, cast.HILL.id)
        assert mailboxes.route(session, config=shop.config).origin == Origin.OUTBOX


def test_a_server_without_a_password_needs_no_vault(shop: Shop) -> None:
    keep(shop, SmtpSettings(host="127.0.0.1", port=25, security="none"))
    assert transport(shop).name == "127.0.0.1:25"


def test_a_lost_key_is_one_sentence(shop: Shop) -> None:
    keep(shop, OWN)
    other = keyrings.LocalKeyring({"other": b"k" * 32}, "other")
    with pytest.raises(Misconfigured, match="cannot be opened"):
        transport(shop, other)
