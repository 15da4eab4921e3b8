"""A mail in doubt is looked for in the Sent folder, and never sent again by that."""

from __future__ import annotations

import pytest

from shopapp.connectors.errors import Temporary, Unknown
from shopapp.connectors.mail.fake import FakeTransport
from shopapp.jobs import worker
from shopapp.mail import delivery, looking
from shopapp.mail.models import Mailbox, OutboundState
from tests.jobs.scaffold import Shop
from tests.mail.posting import hurry, post, stored

IN_DOUBT = Unknown("Nobody knows.", fix="Look.")


class Sent:
    """A Sent folder that holds `found`; the next look may fail."""

    def __init__(self) -> None:
        self.found: set[str] = set()
        self.looks = 0
        self.failing = False

    def has_message(self, message_id: str) -> bool:
        self.looks += 1
        if self.failing:
            raise Temporary("The mailbox does not answer.")
        return message_id in self.found


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    folder = Sent()
    monkeypatch.setattr(looking, "_openers", [lambda *_: folder])
    return folder


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> FakeTransport:
    transport = FakeTransport()
    monkeypatch.setattr(delivery.mailboxes, "transport", lambda *_, **__: transport)
    return transport


def doubtful(shop: Shop, server: FakeTransport) -> str:
    """A mail from a mailbox of which nobody knows whether it arrived."""
    with shop.session() as session:
        mailbox = Mailbox(address="help@harbor.example")
        session.add(mailbox)
        session.flush()
        session.expunge(mailbox)
    server.fail_next(IN_DOUBT, after_delivery=True)
    mail_id = post(shop, mailbox=mailbox)
    worker.drain(shop.app)
    assert stored(shop, mail_id).state is OutboundState.UNKNOWN
    return mail_id


def look(shop: Shop) -> None:
    hurry(shop)
    worker.drain(shop.app)


def test_what_lies_in_sent_was_sent(shop: Shop, server: FakeTransport, sent: Sent) -> None:
    mail_id = doubtful(shop, server)
    sent.found.add(stored(shop, mail_id).message_id)
    look(shop)
    mail = stored(shop, mail_id)
    assert (mail.state, mail.last_error) == (OutboundState.SENT, None)
    assert len(server.sent) == 1


@pytest.mark.parametrize("failing", [False, True])
def test_what_is_not_found_stays_in_doubt_and_is_looked_for_again(
    shop: Shop, server: FakeTransport, sent: Sent, failing: bool
) -> None:
    mail_id = doubtful(shop, server)
    sent.failing = failing
    look(shop)
    look(shop)
    assert sent.looks == 2
    assert stored(shop, mail_id).state is OutboundState.UNKNOWN
    sent.failing, sent.found = False, {stored(shop, mail_id).message_id}
    look(shop)
    assert stored(shop, mail_id).state is OutboundState.SENT
    assert len(server.sent) == 1


def test_a_mailbox_that_cannot_be_read_leaves_it_to_a_person(
    shop: Shop, server: FakeTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "_openers", [lambda *_: None])
    mail_id = doubtful(shop, server)
    look(shop)
    assert stored(shop, mail_id).state is OutboundState.UNKNOWN
