"""Mailboxes in trouble: each says what is wrong and since when, and the others go on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from shopapp import clock
from shopapp.connections.models import ConnectionEvent, EventStatus
from shopapp.connectors.mail.imap import ImapMailbox, Visit
from shopapp.jobs import ledger as jobs
from shopapp.mail.models import MailFolder
from tests.inbox.desk import ADDRESS, letter
from tests.inbox.servers import PASSWORD, Post
from tests.servers.dovecot import EXPIRED

SALES = "sales@harbor.example"


def test_a_mailbox_in_trouble_says_so_and_the_others_go_on(post_office: Post) -> None:
    post_office.server.add_user(SALES, PASSWORD)
    post_office.connect(SALES)
    post_office.sync(address=SALES)
    post_office.server.add_user(SALES, "another")
    post_office.deliver(1)
    assert post_office.sync().failing_since is None
    mailbox = post_office.sync(address=SALES)
    assert "refused the user name or password" in str(mailbox.last_error)
    since = mailbox.failing_since
    assert post_office.sync(address=SALES).failing_since == since
    assert post_office.counts()["messages"] == 1
    post_office.server.add_user(SALES, PASSWORD)
    assert post_office.sync(address=SALES).failing_since is None
    with post_office.desk.session() as session:
        told = select(ConnectionEvent.status).where(ConnectionEvent.integration == f"imap:{SALES}")
        assert session.scalars(told.order_by(ConnectionEvent.id)).all() == [
            EventStatus.SUCCESS,
            EventStatus.FAILURE,
            EventStatus.SUCCESS,
        ]


def test_an_expired_certificate_stops_only_its_mailbox(post_office: Post) -> None:
    post_office.connect(host=EXPIRED)
    mailbox = post_office.sync()
    assert "certificate has expired" in str(mailbox.last_error)


def test_a_removed_folder_is_named_and_inbox_goes_on(post_office: Post) -> None:
    post_office.sync()
    with post_office.server.imap(ADDRESS) as link:
        link.delete("Sent")
        link.create("Other")
    with post_office.desk.session() as session:
        session.execute(update(MailFolder).where(MailFolder.name == "Sent").values(name="Away"))
    post_office.deliver(1)
    assert post_office.sync().failing_since is None
    assert "not have this folder any more" in str(post_office.folder("Away").error)
    assert post_office.counts()["messages"] == 1


def test_a_mail_beyond_the_limit_stays_there_with_the_reason(
    post_office: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_office.server.deliver(ADDRESS, letter("x" * 3000, message_id="<big@mail.example>"))
    post_office.deliver(1)
    visit = ImapMailbox.visit

    def small(mailbox: ImapMailbox) -> object:
        object.__setattr__(mailbox.settings, "limit", 2000)
        return visit(mailbox)

    monkeypatch.setattr(ImapMailbox, "visit", small)
    post_office.sync()
    line = post_office.ledger()
    assert (line.on_server, line.stored, line.refused) == (2, 1, 1)
    monkeypatch.setattr(Visit, "sizes", lambda _, uids: dict.fromkeys(uids, 10))  # a liar
    post_office.server.deliver(ADDRESS, letter("y" * 3000, message_id="<liar@mail.example>"))
    post_office.deliver(2)
    assert post_office.sync().failing_since is None
    line = post_office.ledger()
    assert (line.stored, line.refused) == (2, 2)
    monkeypatch.undo()
    monkeypatch.setenv("SSL_CERT_FILE", str(post_office.server.ca_file))
    post_office.sync(thorough=True)
    assert (post_office.ledger().stored, post_office.ledger().refused) == (4, 0)


def test_the_round_rings_for_each_mailbox_and_spares_one_that_fails(post_office: Post) -> None:
    post_office.server.add_user(ADDRESS, "another")
    post_office.sync()

    def go_round() -> int:
        with post_office.desk.session() as session:
            jobs.enqueue(
                session, "mail.round", store_id=post_office.desk.shop.store_id, arguments={}
            )
        return post_office.desk.work()

    assert go_round() == 1  # just tried
    with post_office.desk.session() as session:
        mailbox = post_office.mailbox(session)
        mailbox.cursor = {"tried": int((clock.now() - timedelta(minutes=2)).timestamp())}
        mailbox.failing_since = clock.now() - timedelta(days=1)
    assert go_round() == 1  # failing for a day: every half hour is enough
    with post_office.desk.session() as session:
        post_office.mailbox(session).failing_since = clock.now() - timedelta(minutes=2)
    assert go_round() == 2
