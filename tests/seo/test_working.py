"""Working insights: every act is written down, can be refused, and can be taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.models import AuditEvent
from shopapp.db import Session
from shopapp.refusals import Invalid, Stale
from shopapp.seo import actions
from shopapp.seo.models import InsightStatus, SeoInsight
from tests import cast
from tests.conftest import OpenStore
from tests.seo.desk import FIRST, GREEN, about, ben, checked

S = InsightStatus


@pytest.fixture
def harbor(store_session: OpenStore) -> Session:
    session = store_session("harbor")
    checked(session, FIRST, GREEN)
    return session


@pytest.fixture
def row(harbor: Session) -> SeoInsight:
    return about(harbor, "green tea")


@pytest.fixture
def ada(harbor: Session) -> User:
    return harbor.get_one(User, cast.ADA.id)


def told(session: Session, row: SeoInsight) -> list[str]:
    """The actions of the insight's history, oldest first."""
    session.flush()
    rows = select(AuditEvent.action).where(AuditEvent.subject_id == row.id)
    return [each.partition(".")[2] for each in session.scalars(rows.order_by(AuditEvent.id))]


def test_who_starts_it_has_it(harbor: Session, row: SeoInsight) -> None:
    actions.start(harbor, row, by=ben(harbor))
    assert (row.status, row.assignee) == (S.IN_PROGRESS, ben(harbor))
    assert told(harbor, row) == ["opened", "assigned", "started"]


def test_who_has_it_keeps_it_when_another_starts(
    harbor: Session, row: SeoInsight, ada: User
) -> None:
    actions.assign(harbor, row, to=ada, by=ada)
    actions.start(harbor, row, by=ben(harbor))
    assert row.assignee == ada


def test_doing_it_twice_is_told_once(harbor: Session, row: SeoInsight, ada: User) -> None:
    for _ in range(2):
        actions.assign(harbor, row, to=ada, by=ada)
        actions.start(harbor, row, by=ada)
    for _ in range(2):
        actions.resolve(harbor, row, note="", by=ada)
    assert told(harbor, row) == ["opened", "assigned", "started", "resolved"]


def test_it_sleeps_until_a_day_to_come(harbor: Session, row: SeoInsight, ada: User) -> None:
    until = clock.now() + timedelta(days=1)
    actions.snooze(harbor, row, until=until, by=ada)
    assert (row.status, row.snoozed_until) == (S.SNOOZED, until)
    with pytest.raises(Invalid, match="still to come"):
        actions.snooze(harbor, row, until=clock.now(), by=ada)


def test_what_is_done_cannot_sleep(harbor: Session, row: SeoInsight, ada: User) -> None:
    actions.resolve(harbor, row, note="Done.", by=ada)
    with pytest.raises(Invalid, match="Reopen it first"):
        actions.snooze(harbor, row, until=clock.now() + timedelta(days=1), by=ada)


def test_the_note_of_a_resolution_is_in_the_history(
    harbor: Session, row: SeoInsight, ada: User
) -> None:
    actions.resolve(harbor, row, note=" New title.\r\n", by=ada)
    harbor.flush()
    line = harbor.scalars(select(AuditEvent).where(AuditEvent.action == "insight.resolved")).one()
    assert line.after
    assert line.after["note"] == "New title."
    assert line.before == {"status": "open", "completed_at": None}


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_ignoring_needs_a_reason(harbor: Session, row: SeoInsight, ada: User, reason: str) -> None:
    with pytest.raises(Invalid, match="Say why"):
        actions.ignore(harbor, row, reason=reason, by=ada)
    assert row.status is S.OPEN


def test_reopening_empties_what_the_end_left(harbor: Session, row: SeoInsight, ada: User) -> None:
    actions.ignore(harbor, row, reason="Gone.", by=ada)
    actions.reopen(harbor, row, by=ada)
    assert (row.status, row.ignored_reason, row.completed_at) == (S.OPEN, None, None)


def test_an_empty_note_is_refused(harbor: Session, row: SeoInsight, ada: User) -> None:
    with pytest.raises(Invalid, match="Write something"):
        actions.add_note(harbor, row, body=" ", by=ada)


def test_an_older_version_is_stale(harbor: Session, row: SeoInsight, ada: User) -> None:
    seen = row.version
    actions.hold(row, seen)
    actions.assign(harbor, row, to=ada, by=ada)
    harbor.flush()
    with pytest.raises(Stale):
        actions.hold(row, seen)


@pytest.mark.parametrize("act", ["resolve", "ignore", "snooze", "assign"])
def test_the_last_act_is_taken_back(harbor: Session, row: SeoInsight, ada: User, act: str) -> None:
    held = (row.status, row.assignee_id, row.snoozed_until, row.completed_at, row.ignored_reason)
    if act == "resolve":
        actions.resolve(harbor, row, note="x", by=ada)
    elif act == "ignore":
        actions.ignore(harbor, row, reason="x", by=ada)
    elif act == "snooze":
        actions.snooze(harbor, row, until=clock.now() + timedelta(days=1), by=ada)
    else:
        actions.assign(harbor, row, to=ada, by=ada)
    harbor.flush()
    actions.undo(harbor, row, by=ada)
    assert held == (
        row.status,
        row.assignee_id,
        row.snoozed_until,
        row.completed_at,
        row.ignored_reason,
    )
    assert "settled_on" not in row.evidence
    assert told(harbor, row)[-1] == "undone"


def test_nobody_takes_back_what_another_did(harbor: Session, row: SeoInsight, ada: User) -> None:
    actions.resolve(harbor, row, note="", by=ada)
    harbor.flush()
    with pytest.raises(Stale):
        actions.undo(harbor, row, by=ben(harbor))
    assert row.status is S.RESOLVED


def test_what_the_check_did_is_not_taken_back(harbor: Session, row: SeoInsight, ada: User) -> None:
    with pytest.raises(Stale):
        actions.undo(harbor, row, by=ada)
