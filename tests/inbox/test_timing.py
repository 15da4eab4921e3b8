"""Active time: told by browsers with each save, believed as far as time itself allows."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.drafts.actions import timing
from shopapp.drafts.models import ComposeTime
from shopapp.inbox.queries import replies
from tests import cast
from tests.conftest import SignIn
from tests.inbox.desk import Desk, newest_ticket
from tests.inbox.reading import ask, fields, url

LONG_AGO = cast.NOON - timedelta(days=900)


def told(
    desk: Desk, report: str | None, *, by: cast.Person = cast.BEN, since: datetime = LONG_AGO
) -> None:
    """A browser tells of the reply in the composer."""
    with desk.session() as session:
        reply = replies.in_writing(session, newest_ticket(session))
        assert reply is not None
        user = session.get_one(User, by.id)
        timing.note(session, reply.id, report=report, since=since, by=user)


def seconds(desk: Desk) -> int | None:
    """What everybody worked on it."""
    with desk.session() as session:
        reply = replies.in_writing(session, newest_ticket(session))
        assert reply is not None
        return timing.total(session, reply.id)


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """A clock that stands."""
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)
    return moment


def test_stretches_of_work_add_up(drafted: Desk) -> None:
    told(drafted, "[[90000, 20000], [30000, 10000]]")
    assert seconds(drafted) == 30


def test_two_tabs_at_once_count_once(drafted: Desk, still: datetime) -> None:
    told(drafted, "[[60000, 30000]]")
    told(drafted, "[[50000, 30000]]")
    assert seconds(drafted) == 40


def test_the_same_report_again_counts_once(drafted: Desk, still: datetime) -> None:
    for _ in range(3):
        told(drafted, "[[60000, 30000]]")
    assert seconds(drafted) == 30


def test_two_people_at_once_count_both(drafted: Desk, still: datetime) -> None:
    told(drafted, "[[60000, 30000]]")
    told(drafted, "[[60000, 30000]]", by=cast.ADA)
    assert seconds(drafted) == 60


def test_nobody_worked_before_the_ticket_was_there(drafted: Desk, still: datetime) -> None:
    told(drafted, "[[60000, 60000]]", since=still - timedelta(seconds=20))
    assert seconds(drafted) == 20


def test_nor_longer_than_a_day_at_a_time(drafted: Desk, still: datetime) -> None:
    told(drafted, "[[900000000, 900000000]]")
    assert seconds(drafted) == 24 * 3600


def test_looking_without_working_is_zero_and_no_report_is_not_measured(drafted: Desk) -> None:
    told(drafted, None)
    told(drafted, "")
    told(drafted, "rubbish")
    assert seconds(drafted) is None
    told(drafted, "[]")
    assert seconds(drafted) == 0


def test_a_save_tells_and_rubbish_never_stops_it(desk: Desk, sign_in: SignIn) -> None:
    ticket_id = ask(desk)
    ben = sign_in(cast.BEN)
    for report in ("[[9000, 4000]]", "rubbish", "[" * 20_000):
        sent = fields(ben, ticket_id, body=f"Dear Nils, {len(report)}", active=report)
        assert ben.post(url(ticket_id, "reply"), data=sent).status_code == 303
    with desk.session() as session:
        row = session.scalars(select(ComposeTime)).one()
        assert row.user_id == cast.BEN.id
        assert 0 <= row.milliseconds <= 4000


def test_a_save_without_javascript_measures_nothing(desk: Desk, sign_in: SignIn) -> None:
    ticket_id = ask(desk)
    ben = sign_in(cast.BEN)
    sent = fields(ben, ticket_id, body="Dear Nils")
    assert "active" not in sent
    assert ben.post(url(ticket_id, "reply"), data=sent).status_code == 303
    with desk.session() as session:
        assert session.scalar(select(func.count(ComposeTime.id))) == 0
