"""The transport for tests keeps what arrives and fails as told."""

from __future__ import annotations

import pytest

from shopapp.connectors.errors import Temporary, Unknown
from shopapp.connectors.mail.client import SmtpTransport
from shopapp.connectors.mail.fake import Delivery, FakeTransport
from shopapp.connectors.mail.folder import OutboxFolder
from shopapp.connectors.mail.shapes import TransportProtocol

MAIL = Delivery(b"raw", "a@x.example", ("b@x.example",), "<1@x.example>")


def deliver(transport: TransportProtocol) -> tuple[str, ...]:
    return transport.deliver(b"raw", "a@x.example", ["b@x.example"], "<1@x.example>").accepted


def test_a_mail_is_kept() -> None:
    fake = FakeTransport()
    assert deliver(fake) == ("b@x.example",)
    assert fake.sent == [MAIL]
    assert fake.probe().greeting == "fake"


def test_failures_come_in_order_and_then_end() -> None:
    fake = FakeTransport()
    fake.fail_next(Temporary("later"), Temporary("much later"))
    for words in ("later", "much later"):
        with pytest.raises(Temporary, match=f"^{words}$"):
            deliver(fake)
    assert fake.sent == []
    deliver(fake)
    assert fake.sent == [MAIL]


def test_an_unknown_outcome_may_have_arrived() -> None:
    fake = FakeTransport()
    fake.fail_next(Unknown("who knows"), after_delivery=True)
    with pytest.raises(Unknown):
        deliver(fake)
    assert fake.sent == [MAIL]


def test_an_idempotent_fake_keeps_a_mail_once() -> None:
    fake = FakeTransport(is_idempotent=True)
    assert deliver(fake) == deliver(fake)
    assert fake.sent == [MAIL]


def test_a_look_around_can_stop_every_call() -> None:
    def refuse() -> None:
        raise AssertionError("a transaction is open")

    fake = FakeTransport(look_around=refuse)
    for call in (fake.probe, lambda: deliver(fake)):
        with pytest.raises(AssertionError, match="transaction"):
            call()
    assert fake.sent == []


def test_every_transport_keeps_the_protocol() -> None:
    assert not SmtpTransport.is_idempotent
    assert OutboxFolder.is_idempotent
