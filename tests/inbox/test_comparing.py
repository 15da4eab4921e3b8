"""The comparison: some tickets get no draft; what their replies take is measured like others."""

from __future__ import annotations

from sqlalchemy import func, select

from shopapp.drafts.actions import holding
from shopapp.drafts.actions.holding import draw
from shopapp.drafts.models import AiDraft, Arm, DraftArm, ModelService
from shopapp.drafts.queries.holding import is_held_out
from shopapp.inbox.actions import comparing, drafting
from shopapp.inbox.queries import replies
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.inbox.desk import QUESTION, Desk, ben, letter, newest_ticket
from tests.inbox.reading import soup, url


def compare(desk: Desk, share: int) -> None:
    """From now on `share` percent of the tickets get no draft."""
    with desk.session() as session:
        row = session.scalar(select(ModelService)) or ModelService()
        row.hold_out = share
        session.add(row)


def asked(desk: Desk, message_id: str = "<first@mail.example>", **headers: str) -> str:
    """A question came in; the id of its ticket."""
    desk.take_in(letter(QUESTION, message_id=message_id, **headers))
    desk.work()
    with desk.session() as session:
        return newest_ticket(session).id


def drafts(desk: Desk) -> int:
    with desk.session() as session:
        return session.scalar(select(func.count(AiDraft.id))) or 0


def test_nobody_is_compared_unless_the_store_asks_for_it(desk: Desk) -> None:
    asked(desk)
    with desk.session() as session:
        assert session.scalar(select(func.count(DraftArm.id))) == 0
    assert drafts(desk) == 1


def test_a_ticket_that_is_held_out_gets_no_draft_and_its_side_is_written_down(desk: Desk) -> None:
    compare(desk, 100)
    ticket_id = asked(desk)
    assert drafts(desk) == 0
    with desk.session() as session:
        row = session.scalars(select(DraftArm)).one()
        assert (row.ticket_id, row.arm, row.hold_out) == (ticket_id, Arm.HELD_OUT, 100)
        assert row.intent == "where-is-my-order"
        assert is_held_out(session, ticket_id)


def test_a_side_is_given_once_whatever_the_share_becomes(desk: Desk) -> None:
    compare(desk, 100)
    ticket_id = asked(desk)
    compare(desk, 0)
    with desk.session() as session:
        assert holding.assign(session, ticket_id)
        assert session.scalar(select(func.count(DraftArm.id))) == 1


def test_the_lot_is_the_same_whenever_it_is_drawn_and_even_over_many() -> None:
    lots = [draw("store", f"ticket {number}") for number in range(2000)]
    assert lots == [draw("store", f"ticket {number}") for number in range(2000)]
    assert set(lots) <= set(range(100))
    assert 350 < sum(lot < 20 for lot in lots) < 450
    assert draw("another", "ticket 1") != draw("store", "ticket 1")


def test_wanting_a_draft_anyway_takes_the_ticket_out_of_the_comparison(desk: Desk) -> None:
    compare(desk, 100)
    ticket_id = asked(desk)
    with desk.session() as session:
        drafting.ask_again(session, newest_ticket(session), by=ben(session))
    desk.work()
    assert drafts(desk) == 1
    with desk.session() as session:
        row = session.scalars(select(DraftArm)).one()
        assert row.left_at is not None
        assert row.left_by_id == cast.BEN.id
        assert not is_held_out(session, ticket_id)


def test_a_conversation_that_began_before_is_in_no_comparison(desk: Desk) -> None:
    asked(desk)
    with desk.session() as session:
        ticket = newest_ticket(session)
        ticket.last_replied_at = ticket.last_message_at
        question = replies.question(session, ticket)
        session.add(ModelService(hold_out=100))
        session.flush()
        assert question is not None
        assert not comparing.holds_out(session, ticket, question)
        assert session.scalar(select(func.count(DraftArm.id))) == 0


def test_a_drafted_ticket_cannot_leave_by_asking_again(desk: Desk) -> None:
    compare(desk, 1)
    with desk.session() as session:
        ticket = newest_ticket(session)
        session.add(DraftArm(ticket_id=ticket.id, arm=Arm.DRAFTED, hold_out=1, intent="other"))
        session.flush()
        assert not holding.leave(session, ticket.id, by=ben(session))


def test_the_page_says_why_there_is_no_draft_and_offers_one(desk: Desk, sign_in: SignIn) -> None:
    compare(desk, 100)
    ticket_id = asked(desk)
    agent = sign_in(cast.BEN)
    page = soup(agent.get(url(ticket_id)).text)
    assert "comparison group" in page.select_one("#composer-note").text
    assert page.select_one("#redraft").text.strip() == "Draft it anyway"
    assert "this ticket is in the comparison group" in page.select_one("#thread").text
    assert agent.post(url(ticket_id, "drafts")).status_code == 303
    desk.work()
    after = soup(agent.get(url(ticket_id)).text)
    assert "comparison group" not in after.select_one("#composer").text
    assert after.select_one("#evidence") is not None


def test_somebody_elses_store_has_its_own_comparison(desk: Desk, store_session: OpenStore) -> None:
    compare(desk, 100)
    ticket_id = asked(desk)
    with store_session("hill") as hill:
        assert not is_held_out(hill, ticket_id)
