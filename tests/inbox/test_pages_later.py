"""A reply that has a time: it waits, leaves now, or comes back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from shopapp import clock
from shopapp.connectors.errors import Permanent
from shopapp.connectors.mail.fake import FakeTransport
from shopapp.inbox.models import TicketStatus
from shopapp.mail.models import OutboundState
from tests.inbox.desk import Desk, letter
from tests.inbox.leaving import later, outbound, send, ticket_row
from tests.inbox.reading import INBOX, PARTIAL, TYPED, ask, one, soup, url


def test_a_reply_waits_for_its_time_and_can_leave_now(
    ben: FlaskClient, desk: Desk, post: FakeTransport
) -> None:
    ticket = ask(desk)
    answer = send(ben, ticket, later="morning")
    assert "Scheduled for" in one(soup(answer.text), "#delivery").text
    assert "approved by Ben" in one(soup(answer.text), "#delivery").text
    desk.work()
    assert post.sent == []
    assert ticket_row(desk, ticket).status is TicketStatus.PENDING
    listed = ben.get(f"{INBOX}?view=waiting").text
    assert "Scheduled" in one(soup(listed), "#tickets .row").text
    now = ben.post(url(ticket, "sending", "hastening"), headers=PARTIAL)
    assert now.status_code == 200
    desk.work()
    assert len(post.sent) == 1
    assert ticket_row(desk, ticket).scheduled_for is None
    again = ben.post(url(ticket, "sending", "hastening"), headers=PARTIAL)
    assert again.status_code == 409


def test_who_takes_a_planned_reply_back_finds_the_text_and_the_ticket_open(
    ben: FlaskClient, desk: Desk, post: FakeTransport
) -> None:
    ticket = ask(desk)
    send(ben, ticket, later="monday")
    back = ben.post(url(ticket, "sending", "cancelling"), headers=PARTIAL)
    assert one(soup(back.text), "#draft-body").text.strip() == TYPED
    row = ticket_row(desk, ticket)
    assert (row.status, row.scheduled_for) == (TicketStatus.OPEN, None)


@pytest.mark.parametrize("when", ["", "2020-01-01T09:00", "whenever"])
def test_a_time_that_cannot_be_is_refused(ben: FlaskClient, desk: Desk, when: str) -> None:
    ticket = ask(desk)
    answer = send(ben, ticket, later="chosen", send_at=when)
    assert answer.status_code == 422
    assert "Choose a" in one(soup(answer.text), "#composer [role=alert]").text
    assert outbound(desk) == []


def test_a_customer_who_writes_first_brings_the_reply_back(
    ben: FlaskClient, desk: Desk, post: FakeTransport
) -> None:
    ticket = ask(desk)
    send(ben, ticket, later="morning")
    later(ticket, desk)
    desk.work()
    assert [mail.state for mail in outbound(desk)] == [OutboundState.CANCELLED]
    page = soup(ben.get(url(ticket)).text)
    assert "The customer wrote before this was to leave." in one(page, "#composer-note").text
    assert one(page, "#draft-body").text.strip() == TYPED
    assert ticket_row(desk, ticket).status is TicketStatus.OPEN
    assert send(ben, ticket).status_code == 200


def test_automatic_mail_holds_nothing_back(
    ben: FlaskClient, desk: Desk, post: FakeTransport
) -> None:
    ticket = ask(desk)
    send(ben, ticket, later="morning")
    desk.take_in(
        letter(
            "I am away.",
            message_id="<2@mail.example>",
            In_Reply_To="<first@mail.example>",
            Auto_Submitted="auto-replied",
        )
    )
    assert [mail.state for mail in outbound(desk)] == [OutboundState.QUEUED]


def test_a_reply_may_leave_though_the_customer_wrote(
    ben: FlaskClient, desk: Desk, post: FakeTransport
) -> None:
    ticket = ask(desk)
    answer = send(ben, ticket, later="morning", anyway="1")
    assert "even if the customer writes first" in one(soup(answer.text), "#delivery").text
    later(ticket, desk)
    (mail,) = outbound(desk)
    assert mail.state is OutboundState.QUEUED
    assert mail.not_before - clock.now() < timedelta(days=2)


def test_a_refused_planned_reply_returns_with_its_reason(
    ben: FlaskClient, desk: Desk, post: FakeTransport
) -> None:
    ticket = ask(desk)
    send(ben, ticket, later="morning")
    ben.post(url(ticket, "sending", "hastening"))
    post.fail_next(Permanent("No such recipient.", fix="Correct the address."))
    desk.work()
    page = soup(ben.get(url(ticket)).text)
    assert "No such recipient." in one(page, "#composer [role=alert]").text
    assert one(page, "#draft-body").text.strip() == TYPED
