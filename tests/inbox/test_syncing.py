"""Reading mailboxes from a real Dovecot: nothing missed and nothing twice."""

from __future__ import annotations

import socket

import pytest
from sqlalchemy import select, update

from shopapp.connectors.mail.imap import Visit
from shopapp.inbox.models import AuthorType, Direction, TicketMessage
from shopapp.mail.models import MailFolder, OutboundMail, RawMail, RawState
from tests.inbox.desk import ADDRESS, NILS, letter, newest_ticket
from tests.inbox.servers import Post


def messages(post: Post) -> list[TicketMessage]:
    """What came in as mail, oldest first."""
    with post.desk.session() as session:
        found = select(TicketMessage).where(TicketMessage.raw_mail_id.is_not(None))
        rows = list(session.scalars(found.order_by(TicketMessage.id)))
        session.expunge_all()
        return rows


def test_the_first_reading_takes_all_and_the_next_only_what_is_new(post_office: Post) -> None:
    post_office.deliver(1, 2, 3)
    mailbox = post_office.sync()
    assert mailbox.failing_since is None
    assert mailbox.last_synced_at is not None
    assert post_office.ledger().parsed == 3
    post_office.deliver(4)
    with post_office.server.imap(ADDRESS, "INBOX") as link:
        link.store("1:4", "+FLAGS", r"(\Seen)")  # read elsewhere: that means nothing here
    post_office.sync()
    assert (post_office.ledger().parsed, post_office.counts()["twice"]) == (4, 0)
    assert (post_office.folder().last_uid, post_office.folder().server_count) == (4, 4)


def test_a_new_uidvalidity_stores_nothing_twice_and_misses_nothing(post_office: Post) -> None:
    post_office.deliver(1, 2, 3)
    post_office.sync()
    before = post_office.folder().uidvalidity
    post_office.server.expunge(ADDRESS, "2")
    post_office.deliver(4)
    post_office.server.change_uidvalidity(ADDRESS)
    post_office.sync()
    assert post_office.folder().uidvalidity != before
    counts = post_office.counts()
    assert (counts["raw"], counts["messages"], counts["twice"]) == (4, 4, 0)
    assert post_office.ledger().on_server == post_office.ledger().stored == 3


def test_changed_headers_do_not_make_a_second_message(post_office: Post) -> None:
    post_office.deliver(1)
    post_office.sync()
    post_office.server.expunge(ADDRESS, "1")
    post_office.deliver(1, X_Restored="yes")
    post_office.deliver(1, folder="Sent", X_Copy="yes")
    post_office.sync()
    assert len(messages(post_office)) == 1
    line = post_office.ledger()
    assert (line.stored, line.copies, line.gone) == (3, 2, 1)


def test_one_message_id_for_two_mails_is_two_messages(post_office: Post) -> None:
    post_office.server.deliver(ADDRESS, letter("One.", message_id="<same@mail.example>"))
    post_office.server.deliver(ADDRESS, letter("Two.", message_id="<same@mail.example>"))
    post_office.sync()
    assert [m.visible_text for m in messages(post_office)] == ["One.", "Two."]


def test_what_is_expunged_while_it_is_fetched_harms_nothing(
    post_office: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_office.deliver(*range(1, 8))
    sizes = Visit.sizes

    def expunge_first(visit: Visit, uids: list[int]) -> dict[int, int]:
        found = sizes(visit, uids)
        post_office.server.expunge(ADDRESS, "2,5")
        return found

    monkeypatch.setattr(Visit, "sizes", expunge_first)
    mailbox = post_office.sync()
    assert mailbox.failing_since is None
    line = post_office.ledger()
    assert (line.on_server, line.stored, line.gone) == (5, 5, 0)


def test_what_the_server_removes_later_is_kept_and_counted(post_office: Post) -> None:
    post_office.deliver(1, 2, 3)
    post_office.sync()
    post_office.server.expunge(ADDRESS, "1,3")
    post_office.sync()
    line = post_office.ledger()
    assert (line.on_server, line.stored, line.gone) == (1, 3, 2)
    assert len(messages(post_office)) == 3


def test_what_was_missed_is_found_when_the_counts_do_not_add_up(post_office: Post) -> None:
    post_office.deliver(1, 2, 3)
    post_office.sync()
    post_office.deliver(4, 5)
    with post_office.desk.session() as session:
        session.execute(update(MailFolder).values(last_uid=5))  # as after a server's lie
    post_office.sync()
    assert post_office.ledger().parsed == 5


def test_a_line_that_drops_goes_on_where_it_broke(
    post_office: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_office.deliver(*range(1, 31))
    bodies, calls = Visit.bodies, []

    def drop_at_the_second(visit: Visit, uids: list[int]) -> object:
        calls.append(uids)
        if len(calls) == 2:
            visit.box.client.sock.shutdown(socket.SHUT_RDWR)
        return bodies(visit, uids)

    monkeypatch.setattr(Visit, "bodies", drop_at_the_second)
    mailbox = post_office.sync()
    assert "was lost" in str(mailbox.last_error)
    assert mailbox.failing_since is not None
    assert post_office.counts()["messages"] == 20
    mailbox = post_office.sync()
    assert (mailbox.failing_since, mailbox.last_error) == (None, None)
    assert (post_office.ledger().parsed, post_office.counts()["twice"]) == (30, 0)
    assert calls[-1] == list(range(21, 31))


def test_replies_written_elsewhere_appear_as_ours(post_office: Post) -> None:
    post_office.deliver(1)
    post_office.sync()
    reply = letter(
        "It swims.",
        sender=f"Harbor Tea <{ADDRESS}>",
        message_id="<reply@phone.example>",
        In_Reply_To="<1@mail.example>",
    ).replace(f"To: {ADDRESS}".encode(), f"To: {NILS}".encode())
    post_office.server.deliver(ADDRESS, reply, "Sent")
    post_office.sync()
    question, answer = messages(post_office)
    assert (answer.author_type, answer.direction) == (AuthorType.STAFF, Direction.OUT)
    assert answer.ticket_id == question.ticket_id


def test_what_we_sent_ourselves_does_not_come_back_from_sent(post_office: Post) -> None:
    desk = post_office.desk
    post_office.deliver(1)
    post_office.sync()
    with desk.session() as session:
        desk.approve(session, newest_ticket(session), "It swims.")
    with desk.session() as session:
        sent = session.scalars(select(OutboundMail.content)).one()
    post_office.server.deliver(ADDRESS, sent, "Sent")
    post_office.sync()
    assert len(messages(post_office)) == 1
    assert post_office.ledger().copies == 1


def test_a_stranger_cannot_hide_a_mail_behind_our_message_id(post_office: Post) -> None:
    desk = post_office.desk
    post_office.deliver(1)
    post_office.sync()
    with desk.session() as session:
        reply = desk.approve(session, newest_ticket(session), "It swims.")
        ours = f"<{str(reply.message_id).strip('<>')}>"
    post_office.server.deliver(ADDRESS, letter("Refund me!", message_id=ours))
    post_office.sync()
    assert [m.visible_text for m in messages(post_office)][1:] == ["Refund me!"]


def test_a_folder_with_an_odd_name_is_read_when_somebody_says_so(post_office: Post) -> None:
    odd = 'B&APw-cher &- "Tee"'
    with post_office.server.imap(ADDRESS) as link:
        link.create('"B&APw-cher &- \\"Tee\\""')
    post_office.deliver(1, folder=odd)
    post_office.sync()
    assert post_office.counts()["messages"] == 0
    with post_office.desk.session() as session:
        session.execute(update(MailFolder).where(MailFolder.name == odd).values(is_followed=True))
    post_office.sync()
    assert (post_office.counts()["messages"], post_office.folder(odd).server_count) == (1, 1)


def test_only_the_asked_for_days_are_read_and_the_rest_is_counted(post_office: Post) -> None:
    with post_office.server.imap(ADDRESS) as link:
        link.append("INBOX", None, '"01-Jan-2020 10:00:00 +0000"', letter("Old."))
    post_office.deliver(1)
    post_office.connect(since="2026-01-01")
    post_office.sync()
    line = post_office.ledger()
    assert (line.on_server, line.older, line.parsed) == (2, 1, 1)
    post_office.connect(since="")
    post_office.sync(thorough=True)
    line = post_office.ledger()
    assert (line.on_server, line.older, line.parsed) == (2, 0, 2)


def test_what_an_interrupted_reading_stored_is_read_first(post_office: Post) -> None:
    post_office.deliver(1)
    post_office.sync()
    with post_office.desk.session() as session:
        session.execute(update(TicketMessage).values(raw_mail_id=None))
        session.execute(update(RawMail).values(state=RawState.STORED))
    post_office.sync()
    assert post_office.ledger().waiting == 0
