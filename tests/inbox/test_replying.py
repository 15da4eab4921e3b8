"""Writing and sending a reply: drafts, saves, approval, undo, outcomes."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from shopapp.connectors.errors import Permanent, Unknown
from shopapp.connectors.mail.fake import FakeTransport
from shopapp.drafts.models import AiDraft, AiDraftRevision, DraftState
from shopapp.inbox.actions import drafting, replying, sending, settling
from shopapp.inbox.models import AuthorType, DeliveryState, TicketStatus
from shopapp.inbox.queries import replies
from shopapp.mail.models import OutboundMail, OutboundState
from shopapp.mail.outbox import Resolution
from shopapp.refusals import Invalid, Stale
from tests.inbox.desk import QUESTION, Desk, ben, letter, newest_ticket


def test_a_question_gets_a_draft_with_its_facts_and_source(drafted: Desk) -> None:
    with drafted.session() as session:
        ticket = newest_ticket(session)
        draft = replies.newest_draft(session, ticket.id)
        reply = replies.in_writing(session, ticket)
        assert draft is not None
        assert reply is not None
        assert (draft.state, draft.model) == (DraftState.PROPOSED, "embedded")
        assert "SNAIL1" in draft.content
        assert draft.sources[0]["title"] == "Where is my order"
        assert (reply.body_text, reply.author_type) == (draft.content, AuthorType.AI)
        assert ticket.draft_ready


def test_what_nothing_answers_gets_no_invention(desk: Desk) -> None:
    desk.take_in(letter("Do you teach juggling to retired sailors?", subject="Juggling"))
    desk.work()
    with desk.session() as session:
        ticket = newest_ticket(session)
        draft = replies.newest_draft(session, ticket.id)
        assert draft is not None
        assert (draft.state, draft.content) == (DraftState.FAILED, "")
        assert draft.error
        assert replies.in_writing(session, ticket) is None


def test_each_save_is_a_revision_with_its_author(drafted: Desk) -> None:
    with drafted.session() as session:
        reply = replies.in_writing(session, newest_ticket(session))
        assert reply is not None
        replying.revise(session, reply, body="Hello Nils", version=1, by=ben(session))
        replying.revise(session, reply, body="Hello, Nils", version=2, by=ben(session))
        kept = replies.revisions(session, reply)
        assert [(r.version, r.author_id is not None) for r in kept] == [
            (3, True), (2, True), (1, False),
        ]  # fmt: skip
        assert replies.draft_behind(session, reply).state is DraftState.EDITED  # type: ignore[union-attr]


def test_a_stale_save_is_refused_and_changes_nothing(drafted: Desk) -> None:
    with drafted.session() as session:
        reply = replies.in_writing(session, newest_ticket(session))
        assert reply is not None
        replying.revise(session, reply, body="Mine", version=1, by=ben(session))
        with pytest.raises(Stale):
            replying.revise(session, reply, body="Theirs", version=1, by=ben(session))
        assert reply.body_text == "Mine"


def test_an_approved_reply_is_delivered_once_and_scored(drafted: Desk, post: FakeTransport) -> None:
    with drafted.session() as session:
        ticket = newest_ticket(session)
        draft = replies.newest_draft(session, ticket.id)
        assert draft is not None
        drafted.approve(session, ticket, draft.content.replace("left with", "travels with"))
    drafted.work()
    assert len(post.sent) == 1
    assert b"SNAIL1" in post.sent[0].raw
    assert post.sent[0].recipients == ("nils@mail.example",)
    with drafted.session() as session:
        ticket = newest_ticket(session)
        draft = session.scalars(select(AiDraft)).one()
        assert ticket.status is TicketStatus.PENDING
        assert (draft.state, draft.approved) == (DraftState.SENT, True)
        assert "travels with" in (draft.final_text or "")
        assert draft.diff
        assert draft.edit_class in ("light", "moderate")
        assert 0 < (draft.reward_score or 0) < 1


def test_the_reply_threads_by_a_signed_id(drafted: Desk, post: FakeTransport) -> None:
    with drafted.session() as session:
        drafted.approve(session, newest_ticket(session), "On its way.")
    drafted.work()
    message_id = post.sent[0].message_id
    assert b"In-Reply-To: <first@mail.example>" in post.sent[0].raw
    drafted.take_in(
        letter("Thanks!", message_id="<thanks@mail.example>", In_Reply_To=f"<{message_id}>")
    )
    with drafted.session() as session:
        ticket = newest_ticket(session)
        assert ticket.number == 101
        assert ticket.status is TicketStatus.OPEN


def test_undo_brings_the_text_back_and_nothing_leaves(drafted: Desk, post: FakeTransport) -> None:
    with drafted.session() as session:
        reply = drafted.approve(session, newest_ticket(session), "Too fast", undo=60)
        session.flush()
        sending.undo(session, reply, by=ben(session))
        assert (reply.delivery_state, reply.body_text) == (DeliveryState.DRAFT, "Too fast")
    drafted.work()
    assert post.sent == []
    with drafted.session() as session:
        drafted.approve(session, newest_ticket(session), "Now really")
    drafted.work()
    assert len(post.sent) == 1


def test_a_reply_written_without_a_draft_goes_the_same_way(desk: Desk, post: FakeTransport) -> None:
    desk.take_in(letter("Do you teach juggling?", subject="Juggling"))
    desk.work()
    with desk.session() as session:
        ticket = newest_ticket(session)
        replying.begin(session, ticket, body="We", by=ben(session))
        desk.approve(session, ticket, "We do not, but we admire it.")
        assert session.scalars(select(AiDraftRevision)).all()
    desk.work()
    assert b"admire" in post.sent[0].raw


def test_a_refused_address_returns_the_text(drafted: Desk, post: FakeTransport) -> None:
    post.fail_next(Permanent("550 no such user", fix="Check the address."))
    with drafted.session() as session:
        drafted.approve(session, newest_ticket(session), "Hello?")
    drafted.work()
    with drafted.session() as session:
        reply = replies.in_writing(session, newest_ticket(session))
        assert reply is not None
        assert (reply.delivery_state, reply.body_text) == (DeliveryState.DRAFT, "Hello?")
        assert "550" in (reply.delivery_detail or "")


def test_an_unknown_delivery_waits_for_a_person(drafted: Desk, post: FakeTransport) -> None:
    post.fail_next(Unknown("the connection broke"))
    with drafted.session() as session:
        drafted.approve(session, newest_ticket(session), "Hello?")
    drafted.work()
    with drafted.session() as session:
        mail = session.scalars(select(OutboundMail)).one()
        assert mail.state is OutboundState.UNKNOWN
        reply = replies.reply(session, mail.ticket_message_id or "")
        assert reply is not None
        assert reply.delivery_state is DeliveryState.UNKNOWN
        settling.settle(session, reply, Resolution.DELIVERED, by=ben(session))
        assert reply.delivery_state is DeliveryState.SENT


def test_something_new_stops_the_send(drafted: Desk) -> None:
    with drafted.session() as session:
        seen = replies.question(session, newest_ticket(session))
        assert seen is not None
        seen_id = seen.id
    drafted.take_in(
        letter("Wait!", message_id="<wait@mail.example>", In_Reply_To="<first@mail.example>")
    )
    with drafted.session() as session:
        ticket = newest_ticket(session)
        replying.begin(session, ticket, body="Hello", by=ben(session))
        with pytest.raises(sending.Unseen):
            drafted.approve(session, ticket, "Hello", seen=seen_id)


@pytest.mark.parametrize("body", ["", "  \n ", "Hi {{customer.first_name}}"])
def test_what_is_not_finished_does_not_leave(drafted: Desk, body: str) -> None:
    with drafted.session() as session, pytest.raises(Invalid):
        drafted.approve(session, newest_ticket(session), body)


def test_a_discarded_draft_learns_why_and_can_come_back(drafted: Desk) -> None:
    with drafted.session() as session:
        ticket = newest_ticket(session)
        reply = replies.in_writing(session, ticket)
        assert reply is not None
        replying.discard(session, reply, reason="tone", by=ben(session))
        draft = replies.newest_draft(session, ticket.id)
        assert draft is not None
        assert (draft.state, draft.discard_reason, draft.reward_score) == (
            DraftState.DISCARDED, "tone", 0.0,
        )  # fmt: skip
        assert not ticket.draft_ready
        session.flush()
        back = replying.restore(session, ticket, by=ben(session))
        assert back.body_text == draft.content


def test_a_new_letter_makes_an_untouched_draft_stale_and_asks_for_another(drafted: Desk) -> None:
    drafted.take_in(
        letter(
            "And where is it now? " + QUESTION,
            message_id="<again@mail.example>",
            In_Reply_To="<first@mail.example>",
        )
    )
    drafted.work()
    with drafted.session() as session:
        states = session.scalars(select(AiDraft.state).order_by(AiDraft.id)).all()
        assert states == [DraftState.STALE, DraftState.PROPOSED]


def test_a_draft_is_never_made_over_a_persons_words(desk: Desk) -> None:
    desk.take_in(letter(QUESTION))
    with desk.session() as session:
        replying.begin(session, newest_ticket(session), body="Mine", by=ben(session))
    desk.work()
    with desk.session() as session:
        ticket = newest_ticket(session)
        assert replies.in_writing(session, ticket).body_text == "Mine"  # type: ignore[union-attr]
        with pytest.raises(Stale):
            drafting.ask_again(session, ticket)
