"""Tokens of a consent: sealed, renewed in time and once, rotated whole, and gone when withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from shopapp import clock
from shopapp.connections import consents
from shopapp.connections.consents import Consents
from shopapp.connections.models import StoreSecret
from shopapp.connectors.errors import Misconfigured, Temporary
from shopapp.connectors.oauth.shapes import ConsentWithdrawn, Grant
from shopapp.mail.models import Mailbox
from tests.jobs.scaffold import Shop, shop
from tests.servers.consent import ConsentServer

__all__ = ["shop"]
Give = Callable[..., Consents]


@pytest.fixture
def give(shop: Shop, consent_server: ConsentServer) -> Give:
    """A mailbox "box" with a consent whose access token lives for so many seconds."""
    ring = shop.app.extensions["shopapp_keys"].keyring
    config = replace(
        shop.config,
        microsoft_client_id="our-client",
        microsoft_client_secret="our-secret",
        microsoft_oauth_url=consent_server.url,
    )

    def do(seconds: int = 3600, refresh: str = "refresh-1") -> Consents:
        consent_server._refresh.add(refresh)
        grant = Grant("access-0", seconds, refresh)
        with shop.session() as session:
            session.add(Mailbox(id="box", address="us@x.example"))
            session.flush()
            consents.keep(session, "box", "microsoft", grant, address="us@x.example", keyring=ring)
        return Consents(shop.store_id, ring, config)

    return do


def token(shop: Shop, kept: Consents, refused: str | None = None) -> str:
    with shop.app.app_context():
        return kept.token("box", refused=refused)


def test_a_living_token_is_used_without_asking(
    shop: Shop, give: Give, consent_server: ConsentServer
) -> None:
    assert token(shop, give()) == "access-0"
    assert consent_server.requests == []
    with shop.session() as session:
        sealed = session.scalars(select(StoreSecret)).one().secret_ciphertext or b""
        assert b"access-0" not in sealed
        assert b"refresh-1" not in sealed


def test_a_token_about_to_end_is_renewed_and_the_rotated_refresh_token_kept(
    shop: Shop, give: Give, consent_server: ConsentServer
) -> None:
    consent_server.rotates, consent_server.expires_in = True, 60
    kept = give(seconds=60)
    first = token(shop, kept)
    second = token(shop, kept)
    assert len({"access-0", first, second}) == 3
    used = [one["refresh_token"] for one in consent_server.renewals]
    assert used[0] == "refresh-1"
    assert used[1] not in ("", "refresh-1")


def test_a_token_a_server_refused_is_renewed_once(
    shop: Shop, give: Give, consent_server: ConsentServer
) -> None:
    kept = give()
    new = token(shop, kept, refused="access-0")
    assert new != "access-0"
    assert token(shop, kept, refused="access-0") == new
    assert len(consent_server.renewals) == 1


def test_two_workers_renew_once(
    shop: Shop, give: Give, consent_server: ConsentServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second looks, finds the lease, and lets the provider answer the first."""
    consent_server.rotates = True
    kept = give(seconds=-1)
    consent_server.gate.clear()
    monkeypatch.setattr(consents, "time", SimpleNamespace(sleep=lambda _: consent_server.answer()))
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(token, shop, kept)
        assert consent_server.asked.wait(20)
        second = pool.submit(token, shop, kept)
        assert first.result(20) == second.result(20)
    assert len(consent_server.renewals) == 1


def test_a_withdrawn_consent_is_asked_once_and_then_remembered(
    shop: Shop, give: Give, consent_server: ConsentServer
) -> None:
    kept = give(seconds=-1)
    consent_server.revoked = True
    for _ in range(3):
        with pytest.raises(ConsentWithdrawn, match="consent was withdrawn: connect again"):
            token(shop, kept)
    assert len(consent_server.renewals) == 1


def test_a_provider_in_trouble_leaves_the_consent_as_it_is(
    shop: Shop, give: Give, consent_server: ConsentServer
) -> None:
    kept = give(seconds=-1)
    consent_server.answers = [(503, b"busy")]
    with pytest.raises(Temporary):
        token(shop, kept)
    assert token(shop, kept) in consent_server.access


def test_a_worker_that_died_while_renewing_holds_nobody_up_for_long(
    shop: Shop, give: Give, consent_server: ConsentServer
) -> None:
    kept = give(seconds=-1)
    with shop.session() as session:
        row = session.scalars(select(StoreSecret)).one()
        row.rotation_due_at = clock.now() - timedelta(seconds=1)  # its lease has passed
    assert token(shop, kept) in consent_server.access


def test_a_consent_given_anew_meanwhile_outlives_the_refusal_of_the_old_one(
    shop: Shop, give: Give, consent_server: ConsentServer
) -> None:
    kept = give(seconds=-1)
    consent_server.revoked = True
    consent_server.gate.clear()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(token, shop, kept)
        assert consent_server.asked.wait(20)
        with shop.session() as session:
            anew = Grant("access-new", 3600, "refresh-new")
            consents.keep(
                session, "box", "microsoft", anew, address="us@x.example", keyring=kept.keyring
            )
        consent_server.gate.set()
        with pytest.raises(ConsentWithdrawn):
            waiting.result(20)
    assert token(shop, kept) == "access-new"


def test_without_a_registration_the_sentence_says_what_to_set(shop: Shop, give: Give) -> None:
    kept = give(seconds=-1)
    with pytest.raises(Misconfigured, match="does not know this installation") as refused:
        token(shop, replace(kept, config=shop.config))
    assert "MICROSOFT_CLIENT_ID" in (refused.value.fix or "")
