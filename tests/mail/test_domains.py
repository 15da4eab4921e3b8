"""Domain checks: looked up outside of transactions, kept, and told when they get worse."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from shopapp import clock
from shopapp.connections.models import ConnectionEvent
from shopapp.jobs import worker
from shopapp.jobs.ledger import enqueue
from shopapp.mail import domains
from shopapp.mail.models import DomainCheck, Mailbox
from tests.jobs.scaffold import Shop
from tests.servers.dns import DnsServer

HOME = "harbor.example"


@pytest.fixture
def domain(shop: Shop, dns_server: DnsServer) -> DnsServer:
    """A mailbox at a domain whose records a test can change."""
    dns_server.records = {
        (HOME, "MX"): [f"10 mail.{HOME}."],
        (HOME, "TXT"): ['"v=spf1 mx ~all"'],
        (f"mail.{HOME}", "A"): ["192.0.2.1"],
        (f"_dmarc.{HOME}", "TXT"): [f'"v=DMARC1; p=none; rua=mailto:a@{HOME}"'],
    }
    shop.app.config["SHOPAPP"] = replace(
        shop.config, dns_servers=dns_server.place, smtp_url=f"smtp://mail.{HOME}:25"
    )
    with shop.session() as session:
        session.add(Mailbox(address=f"help@{HOME}", is_default=True))
    return dns_server


def check(shop: Shop) -> dict[str, str]:
    """Look everything up that is due; the verdicts."""
    with shop.session() as session:
        enqueue(session, domains.CHECK_ALL, store_id=shop.store_id, arguments={})
    worker.drain(shop.app)
    with shop.session() as session:
        row = session.scalars(select(DomainCheck)).one()
        return {one.check: one.verdict.value for one in domains.findings_of(row)}


def a_week_passes(shop: Shop) -> None:
    with shop.session() as session:
        then = clock.now() - timedelta(days=7, seconds=1)
        session.execute(update(DomainCheck).values(checked_at=then))


def alerts(shop: Shop) -> list[str]:
    with shop.session() as session:
        return list(session.scalars(select(ConnectionEvent.message)))


def test_a_domain_is_looked_up_and_again_after_a_week(shop: Shop, domain: DnsServer) -> None:
    well = {"MX": "fine", "SPF": "fine", "DKIM": "missing", "DMARC": "fine"}
    assert check(shop) == well
    domain.records[(f"_dmarc.{HOME}", "TXT")] = ['"v=DMARC1; p=perhaps"']
    assert check(shop) == well, "not before a week has passed"
    assert alerts(shop) == []
    a_week_passes(shop)
    assert check(shop) == {**well, "DMARC": "wrong"}
    (told,) = alerts(shop)
    assert told.startswith(f"DMARC of {HOME} got worse: The policy")


def test_a_resolver_in_trouble_keeps_what_was_known_and_alarms_nobody(
    shop: Shop, domain: DnsServer
) -> None:
    known = check(shop)
    domain.failing = {HOME, f"_dmarc.{HOME}"}
    a_week_passes(shop)
    assert check(shop) == known
    assert alerts(shop) == []
