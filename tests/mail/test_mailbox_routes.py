"""A mailbox with a server of its own sends through it, and a shadow through none."""

from __future__ import annotations

import pytest

from shopapp.connections import mailboxes
from shopapp.connections.mailboxes import Origin
from shopapp.connections.models import Provider, StoreSecret
from shopapp.connections.vault import Vault
from shopapp.connectors.errors import Misconfigured
from shopapp.crypto.keyrings import Keyring
from shopapp.db import Session
from shopapp.mail.models import Mailbox
from tests.canaries import canary
from tests.jobs.scaffold import Shop

OWN = {"host": "mail.harbor.example", "port": 465, "security": "tls", "username": "sales"}


def keyring(shop: Shop) -> Keyring:
    ring: Keyring = shop.app.extensions["shopapp_keys"].keyring
    return ring


def add(session: Session, shop: Shop, **values: object) -> Mailbox:
    """A mailbox with a sealed password."""
    mailbox = Mailbox(address="sales@harbor.example", smtp=OWN)
    for name, value in values.items():
        setattr(mailbox, name, value)
    session.add(mailbox)
    session.flush()
    secret = StoreSecret(provider=Provider.MAIL, name=f"smtp:{mailbox.id}")
    session.add(secret)
    session.flush()
    Vault(session, keyring(shop)).seal(secret, "secret", canary("a mailbox secret"))
    return mailbox


def test_its_own_server_comes_before_all_others(shop: Shop) -> None:
    shop.use_smtp("smtp://127.0.0.1:2525")
    with shop.session() as session:
        mailbox = add(session, shop)
        found = mailboxes.mailbox_settings(session, mailbox, keyring=keyring(shop))
        assert found is not None
        assert (found.host, found.port, found.security) == ("mail.harbor.example", 465, "tls")
        assert (found.username, found.password) == ("sales", canary("a mailbox secret"))
        way = mailboxes.transport(
            session, keyring=keyring(shop), config=shop.config, mailbox=mailbox
        )
        assert way.name == "mail.harbor.example:465"
        route = mailboxes.route(session, config=shop.config, mailbox=mailbox)
        assert (route.origin, route.place) == (Origin.STORE, "mail.harbor.example:465")


def test_without_one_it_goes_the_stores_way(shop: Shop) -> None:
    shop.use_smtp("smtp://127.0.0.1:2525")
    with shop.session() as session:
        mailbox = add(session, shop, smtp=None)
        way = mailboxes.transport(
            session, keyring=keyring(shop), config=shop.config, mailbox=mailbox
        )
        assert way.name == "127.0.0.1:2525"


def test_a_shadow_mailbox_sends_through_nothing(shop: Shop) -> None:
    with shop.session() as session:
        mailbox = add(session, shop, is_shadow=True)
        with pytest.raises(Misconfigured, match="shadow mailbox: it is read and never sends"):
            mailboxes.transport(session, keyring=keyring(shop), config=shop.config, mailbox=mailbox)
