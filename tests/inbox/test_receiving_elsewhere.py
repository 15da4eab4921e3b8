"""Several mailboxes, replies written elsewhere, people added, and reports of mail systems."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from sqlalchemy import select

from shopapp.connectors.mail.fake import FakeTransport
from shopapp.drafts.models import DraftState
from shopapp.inbox.actions import importing
from shopapp.inbox.models import (
    DeliveryState,
    Direction,
    Ticket,
    TicketMessage,
    TicketParticipant,
    TicketStatus,
)
from shopapp.inbox.queries import replies
from shopapp.mail import marking, storing
from shopapp.mail.models import Mailbox
from tests.inbox.desk import ADDRESS, NILS, Desk, ben, letter, newest_ticket
from tests.inbox.reading import messages

SALES = "sales@harbor.example"
SECOND = {"message_id": "<2@mail.example>", "In_Reply_To": "<first@mail.example>"}


@pytest.fixture
def sales(desk: Desk) -> str:
    """A second mailbox; its id."""
    with desk.session() as session:
        mailbox = Mailbox(address=SALES, display_name="Harbor Sales")
        session.add(mailbox)
        return mailbox.id


def take_in(desk: Desk, mailbox_id: str, raw: bytes) -> None:
    """The letter comes to that mailbox."""
    with desk.session() as session:
        storing.store_raw(session, session.get_one(Mailbox, mailbox_id), raw, origin="a letter")
    with desk.shop.app.app_context():
        assert sum(1 for _ in importing.process_waiting(desk.intake)) == 1


def first(desk: Desk) -> str:
    with desk.session() as session:
        return session.scalars(select(Ticket.id).where(Ticket.number == 101)).one()


def newest_reason(desk: Desk) -> str:
    with desk.session() as session:
        return session.scalars(
            select(TicketMessage.threading_reason).order_by(TicketMessage.id.desc()).limit(1)
        ).one()


def mailbox_of(desk: Desk) -> str:
    with desk.session() as session:
        return session.scalars(select(Mailbox.id).where(Mailbox.address == ADDRESS)).one()


def test_one_mail_to_two_mailboxes_is_one_ticket_that_says_so(desk: Desk, sales: str) -> None:
    raw = letter("The same words")
    take_in(desk, mailbox_of(desk), raw)
    take_in(desk, sales, raw + b"\n")
    with desk.session() as session:
        ticket = newest_ticket(session)
        (row,) = messages(session, ticket.id)
        assert ticket.number == 101
        assert row.threading_reason == f"it also came to {SALES}"


def test_another_mail_under_the_same_id_is_not_swallowed(desk: Desk, sales: str) -> None:
    take_in(desk, mailbox_of(desk), letter("The same words"))
    take_in(desk, sales, letter("Other words"))
    with desk.session() as session:
        said = {row.visible_text.strip() for row in session.scalars(select(TicketMessage))}
    assert {"The same words", "Other words"} <= said


def test_an_answer_to_another_mailbox_joins_the_ticket(desk: Desk, sales: str) -> None:
    take_in(desk, mailbox_of(desk), letter("First"))
    take_in(desk, sales, letter("Second", subject="Re: x", **SECOND))
    with desk.session() as session:
        assert len(messages(session, first(desk))) == 2


def test_a_subject_alone_joins_no_ticket_of_another_mailbox(desk: Desk, sales: str) -> None:
    take_in(desk, mailbox_of(desk), letter("First"))
    take_in(desk, sales, letter("Second", message_id="<2@mail.example>"))
    assert newest_reason(desk) == ""
    take_in(desk, mailbox_of(desk), letter("Third", message_id="<3@mail.example>"))
    assert "same sender and same subject" in newest_reason(desk)


def test_a_reply_written_elsewhere_is_ours_and_outdates_the_draft(
    drafted: Desk, sales: str
) -> None:
    reply = letter("It is on its way.", sender=f"Sales <{SALES}>", **SECOND)
    take_in(drafted, sales, reply.replace(b"12:30:00", b"12:45:00"))
    with drafted.session() as session:
        ticket = newest_ticket(session)
        row = messages(session, ticket.id)[-1]
        draft = replies.newest_draft(session, ticket.id)
        assert (ticket.number, ticket.status) == (101, TicketStatus.PENDING)
        assert (row.direction, row.delivery_state) == (Direction.OUT, DeliveryState.RECEIVED)
        assert "sent from our own address elsewhere" in row.threading_reason
        assert draft is not None
        assert (draft.state, ticket.draft_ready) == (DraftState.STALE, False)


def test_an_older_reply_of_ours_does_not_close_the_question(drafted: Desk, sales: str) -> None:
    reply = letter("Soon.", sender=f"Sales <{SALES}>", **SECOND)
    take_in(drafted, sales, reply.replace(b"12:30:00", b"12:15:00"))
    with drafted.session() as session:
        assert newest_ticket(session).status is TicketStatus.OPEN


def test_our_own_reply_comes_back_and_is_not_shown_twice(
    drafted: Desk, post: FakeTransport
) -> None:
    with drafted.session() as session:
        drafted.approve(session, newest_ticket(session), "It is on its way.")
    drafted.work()
    with drafted.session() as session:
        before = len(messages(session, newest_ticket(session).id))
    drafted.take_in(post.sent[0].raw)
    with drafted.session() as session:
        rows = messages(session, newest_ticket(session).id)
        assert len(rows) == before
        assert rows[-1].raw_mail_id is not None


def test_somebody_who_was_added_may_join(desk: Desk) -> None:
    desk.take_in(letter("First"))
    with desk.session() as session:
        ticket_id = newest_ticket(session).id
        session.add(TicketParticipant(ticket_id=ticket_id, address="wife@else.example"))
    desk.take_in(letter("I am his wife", sender="Wife@Else.example", **SECOND))
    with desk.session() as session:
        assert len(messages(session, ticket_id)) == 2


def report(sent: bytes, status: str, action: str, address: str = NILS) -> bytes:
    """A delivery report about a mail of ours."""
    message_id = next(
        line for line in sent.decode().splitlines() if line.lower().startswith("message-id:")
    )
    return (
        "From: MAILER-DAEMON@mail.example\nTo: help@harbor.example\nSubject: Undelivered\n"
        "Message-ID: <report@mail.example>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nSorry.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mail.example\n\n"
        f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {status}\n"
        "Diagnostic-Code: smtp; 550 no such user\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\n{message_id}\nSubject: x\n\n--b--\n"
    ).encode()


@pytest.fixture
def sent(drafted: Desk, post: FakeTransport) -> bytes:
    """A reply that left."""
    with drafted.session() as session:
        drafted.approve(session, newest_ticket(session), "It is on its way.")
    drafted.work()
    return post.sent[0].raw


def test_a_permanent_bounce_marks_the_message_and_the_address(drafted: Desk, sent: bytes) -> None:
    drafted.take_in(report(sent, "5.1.1", "failed"))
    with drafted.session() as session:
        ticket = newest_ticket(session)
        reply = next(r for r in messages(session, ticket.id) if r.direction is Direction.OUT)
        assert (ticket.number, ticket.status) == (101, TicketStatus.OPEN)
        assert reply.delivery_state is DeliveryState.FAILED
        assert "no such user" in (reply.delivery_detail or "")
        (mark,) = marking.marked(session, [NILS])
        assert mark.mark.value == "undeliverable"
        marking.clear(session, mark, by=ben(session))
    with drafted.session() as session:
        assert marking.marked(session, [NILS]) == []


def test_a_temporary_bounce_is_a_note_alone(drafted: Desk, sent: bytes) -> None:
    drafted.take_in(report(sent, "4.2.2", "delayed"))
    with drafted.session() as session:
        ticket = newest_ticket(session)
        reply = next(r for r in messages(session, ticket.id) if r.direction is Direction.OUT)
        assert reply.delivery_state is DeliveryState.SENT
        assert ticket.status is TicketStatus.PENDING
        assert marking.marked(session, [NILS]) == []


def test_a_bounce_of_an_address_we_never_wrote_to_marks_nothing(drafted: Desk, sent: bytes) -> None:
    drafted.take_in(report(sent, "5.1.1", "failed", "victim@else.example"))
    with drafted.session() as session:
        assert marking.marked(session, [NILS, "victim@else.example"]) == []


def test_a_complaint_is_noted_and_marks_the_address(drafted: Desk, sent: bytes) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = "staff@provider.example", ADDRESS
    mail["Subject"], mail["Message-ID"] = "FW: x", "<arf@provider.example>"
    raw = mail.as_bytes().strip() + (
        b"\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=feedback-report; "
        b'boundary="b"\n\n--b\nContent-Type: text/plain\n\nAbuse.\n'
        b"--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n\n"
        b"--b\nContent-Type: message/rfc822\n\n" + sent + b"\n--b--\n"
    )
    drafted.take_in(raw)
    with drafted.session() as session:
        assert newest_ticket(session).number == 101
        (mark,) = marking.marked(session, [NILS])
        assert mark.mark.value == "complained"
