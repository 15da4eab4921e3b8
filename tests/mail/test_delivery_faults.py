"""A real mail server that fails in every way: what becomes of the mail, how often it arrives."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shopapp.connections import mailboxes
from shopapp.connectors.mail.client import SmtpTransport
from shopapp.connectors.mail.shapes import SmtpSettings
from shopapp.jobs import worker
from shopapp.mail.models import OutboundState
from tests.jobs.scaffold import Shop
from tests.mail.posting import hurry, post, stored
from tests.servers.unreliable import (
    BODY,
    DATA,
    DRIP,
    DROP,
    EHLO,
    GREETING,
    HANG,
    MAIL,
    RCPT,
    UnreliableServer,
)

QUEUED, SENT, FAILED, UNKNOWN = (
    OutboundState.QUEUED,
    OutboundState.SENT,
    OutboundState.FAILED,
    OutboundState.UNKNOWN,
)
Fault = tuple[str, str, OutboundState, OutboundState, int]
FAULTS: list[Fault] = [
    # stage, its answer, what becomes of the mail at first and in the end, how often it arrives
    (GREETING, "421 4.3.2 too busy", QUEUED, SENT, 1),
    (GREETING, "554 5.7.1 go away", FAILED, FAILED, 0),
    (GREETING, DROP, QUEUED, SENT, 1),
    (GREETING, HANG, QUEUED, SENT, 1),
    (GREETING, "\x00\xff garbage", QUEUED, SENT, 1),
    (GREETING, DRIP, SENT, SENT, 1),
    (EHLO, DROP, QUEUED, SENT, 1),
    (EHLO, HANG, QUEUED, SENT, 1),
    (MAIL, "421 4.3.2 closing", QUEUED, SENT, 1),
    (MAIL, "452 4.3.1 no room", QUEUED, SENT, 1),
    (MAIL, "552 5.3.4 too big", FAILED, FAILED, 0),
    (MAIL, DROP, QUEUED, SENT, 1),
    (MAIL, HANG, QUEUED, SENT, 1),
    (MAIL, DRIP, SENT, SENT, 1),
    (RCPT, "450 4.2.0 greylisted", QUEUED, SENT, 1),
    (RCPT, "451 4.7.1 greylisted", QUEUED, SENT, 1),
    (RCPT, "452 4.5.3 too many", QUEUED, SENT, 1),
    (RCPT, "421 4.3.2 closing", QUEUED, SENT, 1),
    (RCPT, "550 5.1.1 no such person", FAILED, FAILED, 0),
    (RCPT, DROP, QUEUED, SENT, 1),
    (RCPT, HANG, QUEUED, SENT, 1),
    (RCPT, "what?", QUEUED, SENT, 1),
    (DATA, "421 4.3.2 closing", QUEUED, SENT, 1),
    (DATA, "451 4.3.0 later", QUEUED, SENT, 1),
    (DATA, "554 5.5.1 no recipients", FAILED, FAILED, 0),
    (DATA, DROP, QUEUED, SENT, 1),
    (DATA, HANG, QUEUED, SENT, 1),
    (BODY, "421 4.3.2 closing", QUEUED, SENT, 1),
    (BODY, "451 4.3.0 disk", QUEUED, SENT, 1),
    (BODY, "452 4.3.1 full", QUEUED, SENT, 1),
    (BODY, "552 5.3.4 too big", FAILED, FAILED, 0),
    (BODY, "554 5.7.1 spam", FAILED, FAILED, 0),
    (BODY, DRIP, SENT, SENT, 1),
    (BODY, DROP, UNKNOWN, UNKNOWN, 1),
    (BODY, HANG, UNKNOWN, UNKNOWN, 1),
    (BODY, "\x00\xff garbage", UNKNOWN, UNKNOWN, 1),
]


@pytest.fixture
def server(shop: Shop) -> Iterator[UnreliableServer]:
    made = UnreliableServer()
    made.start()
    shop.use_smtp(f"{made.url}?timeout=0.3")
    yield made
    made.stop()


@pytest.mark.dialects("sqlite")
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault[0]}: {fault[1]!a}")
def test_each_failure_ends_as_it_must(shop: Shop, server: UnreliableServer, fault: Fault) -> None:
    stage, answer, first, last, times = fault
    server.fail(stage, answer)
    mail_id = post(shop)
    worker.drain(shop.app)
    assert stored(shop, mail_id).state is first
    if first is QUEUED:
        hurry(shop)
        worker.drain(shop.app)
    mail = stored(shop, mail_id)
    assert mail.state is last
    assert len(server.deliveries) == times
    assert bool(mail.last_error) is (last is not SENT)


def test_one_refused_recipient_of_several_stops_the_mail_and_is_named(
    shop: Shop, server: UnreliableServer
) -> None:
    server.fail(RCPT, "250 OK", "550 5.1.1 no such person")
    mail_id = post(shop, recipients=["nils@mail.example", "mona@mail.example"])
    worker.drain(shop.app)
    mail = stored(shop, mail_id)
    assert mail.state is FAILED
    assert "mona@mail.example (550 5.1.1 no such person)" in (mail.last_error or "")
    assert server.deliveries == []


def test_a_greylisting_server_gets_the_mail_in_the_end(
    shop: Shop, server: UnreliableServer
) -> None:
    server.fail(RCPT, *["451 4.7.1 greylisted"] * 4)
    mail_id = post(shop)
    for _ in range(5):
        worker.drain(shop.app)
        hurry(shop)
    assert (stored(shop, mail_id).state, stored(shop, mail_id).attempts) == (SENT, 5)
    assert len(server.deliveries) == 1


def test_a_stripped_starttls_sends_nothing_in_the_clear(
    shop: Shop, server: UnreliableServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = SmtpTransport(SmtpSettings(server.host, server.port, "starttls", timeout=2))
    monkeypatch.setattr(mailboxes, "transport", lambda *_, **__: strict)
    mail_id = post(shop)
    worker.drain(shop.app)
    mail = stored(shop, mail_id)
    assert mail.state is FAILED
    assert "does not offer STARTTLS" in (mail.last_error or "")
    assert server.deliveries == []
