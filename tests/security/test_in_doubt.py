"""Replies whose fate is open while the customer writes again: nothing is lost or hidden."""

from __future__ import annotations

import pytest

from shopapp.connectors.errors import Permanent, Unknown
from shopapp.connectors.mail.fake import FakeTransport
from shopapp.drafts.drafters import embedded
from shopapp.drafts.models import DraftState
from shopapp.inbox.actions import drafting, replying, settling
from shopapp.inbox.models import DeliveryState, Ticket, TicketStatus
from shopapp.inbox.queries import replies
from shopapp.mail import delivery
from shopapp.mail.outbox import Resolution
from shopapp.refusals import Invalid, Stale
from tests.inbox.desk import Desk, ben, letter, newest_ticket
from tests.inbox.reading import messages

QUESTION = "Where is my order #1001? I am still waiting for the parcel."
AGAIN = letter(
    f"And now? {QUESTION}", message_id="<2@mail.example>", In_Reply_To="<first@mail.example>"
)


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> FakeTransport:
    """The mail server."""
    transport = FakeTransport()
    monkeypatch.setattr(delivery.mailboxes, "transport", lambda *_, **__: transport)
    return transport


@pytest.fixture
def drafted(desk: Desk) -> Desk:
    """A desk where a question came in and its draft is ready."""
    desk.take_in(letter(QUESTION))
    desk.work()
    return desk


@pytest.fixture
def doubtful(drafted: Desk, post: FakeTransport) -> str:
    """The id of a reply of which nobody knows whether it arrived."""
    post.fail_next(Unknown("the connection broke"))
    with drafted.session() as session:
        reply = drafted.approve(session, newest_ticket(session), "Hello?").id
    drafted.work()
    return reply


def test_mail_that_comes_while_a_delivery_is_unknown_is_read(desk: Desk, doubtful: str) -> None:
    report = desk.take_in(AGAIN)
    assert (report.parsed, report.quarantined) == (1, 0)
    with desk.session() as session, pytest.raises(Stale):
        drafting.ask_again(session, newest_ticket(session))
    with desk.session() as session:
        reply = replies.reply(session, doubtful)
        assert reply is not None
        settling.settle(session, reply, Resolution.DELIVERED, by=ben(session))
        ticket = newest_ticket(session)
        assert ticket.status is TicketStatus.OPEN
    desk.work()
    with desk.session() as session:
        draft = replies.newest_draft(session, newest_ticket(session).id)
        assert draft is not None
        assert draft.state is DraftState.PROPOSED


def test_a_reply_that_failed_after_another_was_begun_blocks_no_later_draft(
    desk: Desk, doubtful: str, post: FakeTransport
) -> None:
    with desk.session() as session:
        replying.begin(session, newest_ticket(session), body="Another", by=ben(session))
        reply = replies.reply(session, doubtful)
        assert reply is not None
        settling.settle(session, reply, Resolution.SEND_AGAIN, by=ben(session))
    post.fail_next(Permanent("550 no such user"))
    desk.work()
    with desk.session() as session:
        reply = replies.reply(session, doubtful)
        draft = replies.draft_behind(session, reply) if reply else None
        assert reply is not None
        assert draft is not None
        assert (reply.delivery_state, reply.body_text) == (DeliveryState.FAILED, "Hello?")
        assert (draft.state, draft.approved) == (DraftState.STALE, False)
        desk.approve(session, newest_ticket(session), "Another")
    desk.work()
    assert desk.take_in(AGAIN).quarantined == 0


def test_a_customer_who_writes_before_the_reply_leaves_is_not_hidden(
    drafted: Desk, post: FakeTransport
) -> None:
    with drafted.session() as session:
        drafted.approve(session, newest_ticket(session), "Hello?")
    drafted.take_in(AGAIN)
    drafted.work()
    assert len(post.sent) == 1
    with drafted.session() as session:
        ticket = newest_ticket(session)
        assert len(messages(session, ticket.id)) == 4
        assert (ticket.status, ticket.draft_ready) == (TicketStatus.OPEN, True)


def test_a_draft_comes_back_to_the_view_of_ready_drafts(drafted: Desk) -> None:
    with drafted.session() as session:
        ticket = newest_ticket(session)
        reply = replies.in_writing(session, ticket)
        assert reply is not None
        replying.discard(session, reply, reason="tone", by=ben(session))
        assert not ticket.draft_ready
        replying.restore(session, ticket, by=ben(session))
        assert ticket.draft_ready


def test_nothing_comes_back_beside_a_reply_on_its_way(drafted: Desk) -> None:
    with drafted.session() as session:
        ticket = newest_ticket(session)
        reply = replies.in_writing(session, ticket)
        assert reply is not None
        replying.discard(session, reply, reason="tone", by=ben(session))
        replying.begin(session, ticket, body="Another", by=ben(session))
        drafted.approve(session, ticket, "Another", undo=60)
        with pytest.raises(Stale):
            replying.restore(session, ticket, by=ben(session))


@pytest.mark.parametrize("status", [TicketStatus.CLOSED, TicketStatus.PENDING])
def test_who_asks_for_a_draft_where_none_is_made_is_told_so(
    drafted: Desk, status: TicketStatus
) -> None:
    with drafted.session() as session:
        ticket = newest_ticket(session)
        ticket.status = status
        with pytest.raises(Invalid, match="Reopen"):
            drafting.ask_again(session, ticket)


def test_a_mail_that_breaks_the_drafter_is_left_to_a_person(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(embedded, "compose", broken)
    desk.take_in(letter(QUESTION))
    desk.work()
    with desk.session() as session:
        draft = replies.newest_draft(session, newest_ticket(session).id)
        assert draft is not None
        assert draft.state is DraftState.FAILED
        assert "a person should answer" in (draft.error or "")


def test_what_was_seen_elsewhere_is_not_what_was_seen_here(drafted: Desk) -> None:
    with drafted.session() as session:
        here = newest_ticket(session).id
    drafted.take_in(letter("Juggling?", subject="Juggling", message_id="<3@mail.example>"))
    with drafted.session() as session:
        elsewhere = messages(session, newest_ticket(session).id)[0].id
        assert replies.newer_than(session, session.get_one(Ticket, here), elsewhere)


@pytest.mark.parametrize("address", ['"foo bar"@mail.example', "x@-bad-.example", "a@[127.0.0.1]"])
def test_an_address_no_mail_can_bear_is_named_and_the_text_stays(desk: Desk, address: str) -> None:
    raw = letter(QUESTION)
    desk.take_in(raw.replace(b"Nils <nils@mail.example>", address.encode()))
    with desk.session() as session:
        ticket = newest_ticket(session)
        replying.begin(session, ticket, body="Hello", by=ben(session))
        with pytest.raises(Invalid, match="cannot be sent"):
            desk.approve(session, ticket, "Hello")
