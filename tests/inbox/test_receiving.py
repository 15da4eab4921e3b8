"""Mail becomes tickets: once, in the right place, and never lost."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from shopapp.catalog.models import Customer
from shopapp.inbox.actions import receiving, working
from shopapp.inbox.models import Ticket, TicketMessage, TicketStatus
from shopapp.inbox.queries import replies, threads
from shopapp.mail.models import RawMail, RawState
from tests.inbox.desk import ADDRESS, Desk, ben, letter, newest_ticket


def messages(desk: Desk) -> int:
    with desk.session() as session:
        return session.scalar(select(func.count()).select_from(TicketMessage)) or 0


def test_a_letter_opens_a_ticket_that_knows_its_customer_and_order(desk: Desk) -> None:
    desk.take_in(letter("Where is order #1001? It should be here."))
    with desk.session() as session:
        ticket = newest_ticket(session)
        assert (ticket.number, ticket.subject) == (101, "Where is my parcel?")
        assert (ticket.customer_email, ticket.customer_name) == ("nils@mail.example", "Nils")
        assert ticket.shopify_order_id == "401"
        assert ticket.customer_id == session.scalar(
            select(Customer.id).where(Customer.email == "nils@mail.example")
        )


def test_the_same_bytes_twice_add_nothing(desk: Desk) -> None:
    desk.take_in(letter("Hello"))
    before = messages(desk)
    report = desk.take_in(letter("Hello"))
    assert (report.parsed, messages(desk)) == (0, before)


def test_different_mails_with_one_message_id_are_both_kept(desk: Desk) -> None:
    desk.take_in(letter("One"), letter("Two"))
    with desk.session() as session:
        bodies = set(session.scalars(select(TicketMessage.visible_text)))
    assert {"One", "Two"} <= {body.strip() for body in bodies}


def test_an_answer_joins_the_ticket_it_answers(desk: Desk) -> None:
    desk.take_in(letter("First"))
    answer = letter(
        "Second",
        message_id="<second@mail.example>",
        subject="Re: other words",
        In_Reply_To="<first@mail.example>",
    )
    desk.take_in(answer)
    with desk.session() as session:
        ticket = newest_ticket(session)
        rows = session.scalars(
            select(TicketMessage).where(TicketMessage.ticket_id == ticket.id)
        ).all()
        assert len(rows) == 2
        assert "In-Reply-To" in rows[1].threading_reason


def test_a_stranger_with_a_valid_reference_gets_a_linked_ticket(desk: Desk) -> None:
    desk.take_in(letter("First"))
    with desk.session() as session:
        first = newest_ticket(session).id
    desk.take_in(
        letter(
            "Let me in",
            sender="mallory@else.example",
            message_id="<m@else.example>",
            References="<first@mail.example>",
        )
    )
    with desk.session() as session:
        ticket = newest_ticket(session)
        assert ticket.id != first
        assert ticket.linked_ticket_id == first


def test_a_closed_ticket_opens_again_when_its_customer_writes(desk: Desk) -> None:
    desk.take_in(letter("First"))
    with desk.session() as session:
        working.close(session, newest_ticket(session), by=ben(session))
    desk.take_in(
        letter("Still here", message_id="<2@mail.example>", In_Reply_To="<first@mail.example>")
    )
    with desk.session() as session:
        assert newest_ticket(session).status is TicketStatus.OPEN


def test_an_automatic_answer_does_not_open_a_closed_ticket(desk: Desk) -> None:
    desk.take_in(letter("First"))
    with desk.session() as session:
        working.close(session, newest_ticket(session), by=ben(session))
    desk.take_in(
        letter(
            "I am away",
            message_id="<2@mail.example>",
            In_Reply_To="<first@mail.example>",
            Auto_Submitted="auto-replied",
        )
    )
    with desk.session() as session:
        ticket = newest_ticket(session)
        assert ticket.status is TicketStatus.CLOSED
        assert replies.newest_draft(session, ticket.id).ticket_message_id is not None  # type: ignore[union-attr]


def test_a_reply_to_header_names_the_customer(desk: Desk) -> None:
    desk.take_in(
        letter(
            "From the form", sender=f"Shop form <{ADDRESS}>", Reply_To="Mona <mona@mail.example>"
        )
    )
    with desk.session() as session:
        assert newest_ticket(session).customer_email == "mona@mail.example"


def test_a_mail_that_breaks_its_reading_is_quarantined_and_read_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def burst(raw: bytes, **_: object) -> None:
        raise RuntimeError("the reader broke")

    with monkeypatch.context() as broken:
        broken.setattr(receiving, "parse_message", burst)
        report = desk.take_in(letter("Hello"))
    assert (report.parsed, report.quarantined) == (0, 1)
    with desk.session() as session:
        mail = session.scalars(select(RawMail)).one()
        assert mail.state is RawState.QUARANTINED
        assert "the reader broke" in (mail.error or "")
        mail.state = RawState.STORED
    assert desk.take_in().parsed == 1


def test_numbers_have_no_gaps_and_no_twins(desk: Desk) -> None:
    desk.take_in(
        *(letter(f"Letter {n}", subject=f"S{n}", message_id=f"<{n}@m.example>") for n in range(5))
    )
    with desk.session() as session:
        numbers = session.scalars(select(Ticket.number).where(Ticket.number > 100)).all()
    assert sorted(numbers) == [101, 102, 103, 104, 105]


def test_every_id_of_the_headers_is_remembered(desk: Desk) -> None:
    desk.take_in(letter("Hi", References="<a@x.example> <b@x.example>"))
    with desk.session() as session:
        known = threads.tickets_by_alias(session, ["first@mail.example", "a@x.example"])
    assert set(known) == {"first@mail.example", "a@x.example"}
