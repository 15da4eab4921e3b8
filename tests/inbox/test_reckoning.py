"""What came after replies: opened when they leave, settled until nothing can change any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from shopapp import clock
from shopapp.catalog.models import Order
from shopapp.connectors.mail.fake import FakeTransport
from shopapp.drafts.actions import timing
from shopapp.drafts.models import AiDraft, Arm, ComposeTime, DraftOutcome
from shopapp.inbox.actions import reckoning, replying
from shopapp.inbox.models import CsatRating, Score, TicketEvent
from shopapp.inbox.queries import aftermath
from shopapp.jobs.ledger import enqueue
from tests.inbox.desk import Desk, ben, newest_ticket
from tests.inbox.test_comparing import asked, compare

DAY = timedelta(days=1)


@pytest.fixture
def answered(drafted: Desk, post: FakeTransport) -> Desk:
    """A desk whose draft was sent as it was, after 25 measured seconds."""
    with drafted.session() as session:
        draft = session.scalars(select(AiDraft)).one()
        spent, since = "[[40000, 25000]]", clock.now() - DAY
        timing.note(session, draft.reply_id or "", report=spent, since=since, by=ben(session))
        drafted.approve(session, newest_ticket(session), draft.content)
    drafted.work()
    return drafted


@pytest.fixture
def sent_at(answered: Desk) -> datetime:
    """When the reply left."""
    return outcome(answered).sent_at


def outcome(desk: Desk) -> DraftOutcome:
    """The one there is."""
    with desk.session() as session:
        row = session.scalars(select(DraftOutcome)).one()
        session.expunge(row)
        return row


def settle(desk: Desk, monkeypatch: pytest.MonkeyPatch, moment: datetime) -> DraftOutcome:
    """Have the outcomes looked at, at some moment."""
    monkeypatch.setattr(clock, "now", lambda: moment)
    with desk.session() as session:
        reckoning.settle(session, aftermath.unsettled(session, "", 10))
    return outcome(desk)


def reopen(desk: Desk, at: datetime) -> None:
    with desk.session() as session:
        ticket_id = newest_ticket(session).id
        session.add(TicketEvent(ticket_id=ticket_id, kind="reopened", created_at=at))


def rate(desk: Desk, score: Score, at: datetime) -> None:
    with desk.session() as session:
        session.add(
            CsatRating(
                ticket_id=newest_ticket(session).id,
                asked_email="nils@mail.example",
                asked_at=at,
                expires_at=at + DAY,
                score=score,
                rated_at=at,
            )
        )


def pay_back(desk: Desk, amount: str) -> None:
    with desk.session() as session:
        order_id = newest_ticket(session).shopify_order_id
        order = session.scalars(select(Order).where(Order.shopify_id == order_id)).one()
        order.refunded = Decimal(amount)


def test_a_sent_draft_has_an_outcome_with_the_time_it_took(answered: Desk) -> None:
    row = outcome(answered)
    assert row.ai_draft_id is not None
    assert (row.seconds, row.reopened, row.rating, row.refunded) == (25, False, None, False)
    assert (row.arm, row.settled_at) == (None, None)
    with answered.session() as session:
        time = session.scalars(select(ComposeTime)).one()
        assert (time.milliseconds, time.spans) == (25_000, [])


def test_a_reply_without_draft_and_comparison_has_none(desk: Desk, post: FakeTransport) -> None:
    ticket_id = asked(desk)
    with desk.session() as session:
        reply = session.scalars(select(AiDraft)).one()
        reply.reply_id = None
        assert ticket_id
    with desk.session() as session:
        desk.approve(session, newest_ticket(session), "Written by hand.")
    desk.work()
    with desk.session() as session:
        assert session.scalar(select(func.count(DraftOutcome.id))) == 0


@pytest.mark.parametrize(("days", "counts"), [(0.1, True), (6.9, True), (7.1, False)])
def test_reopened_within_seven_days_counts(
    answered: Desk,
    sent_at: datetime,
    monkeypatch: pytest.MonkeyPatch,
    days: float,
    counts: bool,
) -> None:
    reopen(answered, sent_at + timedelta(days=days))
    assert settle(answered, monkeypatch, sent_at + 8 * DAY).reopened is counts


def test_what_happened_before_does_not_count(
    answered: Desk, sent_at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    reopen(answered, sent_at - timedelta(minutes=1))
    rate(answered, Score.BAD, sent_at - timedelta(minutes=1))
    row = settle(answered, monkeypatch, sent_at + DAY)
    assert (row.reopened, row.rating) == (False, None)


def test_the_newest_rating_within_a_fortnight_counts(
    answered: Desk, sent_at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    rate(answered, Score.BAD, sent_at + DAY)
    assert settle(answered, monkeypatch, sent_at + 2 * DAY).rating == -1
    rate(answered, Score.GOOD, sent_at + 3 * DAY)
    assert settle(answered, monkeypatch, sent_at + 4 * DAY).rating == 1
    rate(answered, Score.OK, sent_at + 15 * DAY)
    assert settle(answered, monkeypatch, sent_at + 13 * DAY).rating == 1


def test_a_refund_counts_from_the_day_it_is_seen(
    answered: Desk, sent_at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settle(answered, monkeypatch, sent_at + DAY).refunded is False
    pay_back(answered, "5")
    assert settle(answered, monkeypatch, sent_at + 2 * DAY).refunded is True


def test_a_refund_nobody_could_date_is_unknown(
    answered: Desk, sent_at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    pay_back(answered, "5")
    row = settle(answered, monkeypatch, sent_at + 40 * DAY)
    assert row.refunded is None
    assert row.settled_at is not None


def test_what_is_settled_stays(
    answered: Desk, sent_at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settle(answered, monkeypatch, sent_at + 13 * DAY).settled_at is None
    first = settle(answered, monkeypatch, sent_at + 14 * DAY)
    assert first.settled_at == sent_at + 14 * DAY
    reopen(answered, sent_at + DAY)
    assert settle(answered, monkeypatch, sent_at + 20 * DAY).reopened is False


def test_the_chore_may_run_as_often_as_it_likes(answered: Desk) -> None:
    before = outcome(answered)
    for _ in range(2):
        with answered.session() as session:
            enqueue(session, reckoning.RECKON, store_id=answered.shop.store_id, arguments={})
        answered.work()
    after = outcome(answered)
    assert (after.id, after.seconds, after.settled_at) == (before.id, before.seconds, None)


def test_the_first_reply_stands_for_a_held_out_ticket(desk: Desk, post: FakeTransport) -> None:
    compare(desk, 100)
    asked(desk)
    for text in ("First.", "Second."):
        with desk.session() as session:
            ticket = newest_ticket(session)
            replying.begin(session, ticket, body=text, by=ben(session))
            session.flush()
            desk.approve(session, ticket, text)
        desk.work()
    row = outcome(desk)
    assert (row.arm, row.intent, row.ai_draft_id) == (Arm.HELD_OUT, "where-is-my-order", None)
    assert row.seconds is None  # nobody measured, which is not zero
