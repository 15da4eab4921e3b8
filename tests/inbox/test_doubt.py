"""A mail in doubt is looked for in the Sent folder of its own mailbox, on a real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shopapp.connectors.mail.imap import ImapMailbox
from shopapp.mail.models import OutboundMail, OutboundState
from tests.inbox.desk import ADDRESS
from tests.inbox.servers import Post
from tests.mail import posting
from tests.servers.smtp import Fault, SmtpServer


@pytest.fixture
def cut(smtp_server: SmtpServer) -> Iterator[SmtpServer]:
    """A server that takes a mail and does not say so."""
    smtp_server.fault = Fault.DROP_AFTER_DATA
    yield smtp_server
    smtp_server.reset()


def doubtful(post_office: Post, server: SmtpServer) -> OutboundMail:
    """A mail that left our mailbox, of which nobody knows whether it arrived."""
    with post_office.desk.session() as session:
        mailbox = post_office.mailbox(session)
        mailbox.smtp = {"host": server.host, "port": server.port, "security": "none"}
        session.flush()
        session.expunge(mailbox)
    mail_id = posting.post(post_office.desk.shop, mailbox=mailbox)
    post_office.desk.work()
    mail = posting.stored(post_office.desk.shop, mail_id)
    assert mail.state is OutboundState.UNKNOWN
    return mail


def look(post_office: Post, mail: OutboundMail) -> OutboundMail:
    """Let the next look be due; the mail as it stands then."""
    posting.hurry(post_office.desk.shop)
    post_office.desk.work()
    return posting.stored(post_office.desk.shop, mail.id)


def test_what_lies_in_sent_was_sent_and_is_not_sent_again(
    post_office: Post, cut: SmtpServer
) -> None:
    mail = doubtful(post_office, cut)
    cut.fault = Fault.NONE
    assert look(post_office, mail).state is OutboundState.UNKNOWN
    post_office.server.deliver(ADDRESS, cut.deliveries[0].raw, "Sent")
    found = look(post_office, mail)
    assert (found.state, found.last_error) == (OutboundState.SENT, None)
    assert len(cut.deliveries) == 1


def test_what_is_not_in_sent_stays_for_a_person(
    post_office: Post, cut: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []
    monkeypatch.setattr(
        ImapMailbox,
        "has_message",
        lambda box, wanted, asked=ImapMailbox.has_message: looks.append(asked(box, wanted)),
    )
    mail = doubtful(post_office, cut)
    cut.fault = Fault.NONE
    for _ in range(4):
        mail = look(post_office, mail)
    assert mail.state is OutboundState.UNKNOWN
    assert looks
    assert not any(looks)
    assert len(cut.deliveries) == 1


def test_a_mailbox_without_a_server_leaves_it_to_a_person(
    post_office: Post, cut: SmtpServer
) -> None:
    with post_office.desk.session() as session:
        post_office.mailbox(session).imap = None
    mail = doubtful(post_office, cut)
    assert look(post_office, mail).state is OutboundState.UNKNOWN
    assert len(cut.deliveries) == 1
