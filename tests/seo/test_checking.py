"""The check: insights open once, follow the figures, close by themselves and come back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from shopapp import clock
from shopapp.audit.models import AuditEvent
from shopapp.db import Session
from shopapp.jobs import ledger, worker
from shopapp.seo import actions
from shopapp.seo.actions import checking
from shopapp.seo.actions.checking import Checked, check
from shopapp.seo.importing import storing
from shopapp.seo.models import InsightLane, InsightSeverity, InsightStatus, SeoInsight
from shopapp.seo.rules import thresholds
from shopapp.seo.rules.shapes import Figures
from shopapp.sheets.importing import Report
from tests.conftest import OpenStore
from tests.jobs.scaffold import Shop, shop
from tests.seo.desk import FIRST, GREEN, SELDOM, SITE, WHITE, about, ben, bring, checked, later

__all__ = ["shop"]
S = InsightStatus


@pytest.fixture
def harbor(store_session: OpenStore) -> Session:
    return store_session("harbor")


def snapshot(session: Session) -> list[Any]:
    """Every insight with everything in it, and the number of audit lines."""
    session.flush()
    rows = session.execute(select(SeoInsight.__table__).order_by(SeoInsight.__table__.c.id))
    return [*map(tuple, rows), session.scalar(select(func.count(AuditEvent.id)))]


def test_a_finding_becomes_an_insight_with_its_evidence(harbor: Session) -> None:
    assert checked(harbor, FIRST, GREEN) == Checked(opened=1)
    row = about(harbor, "green tea")
    assert (row.status, row.severity) == (S.OPEN, InsightSeverity.CRITICAL)
    assert row.lane is InsightLane.NOW
    assert row.impact_unit == "clicks a month"
    assert row.evidence["impressions"] == 1_000
    assert (row.evidence["first_day"], row.evidence["last_day"]) == ("2026-08-01", "2026-08-28")
    assert len(row.evidence["curve"]) == 20


def test_the_same_figures_twice_change_nothing(harbor: Session) -> None:
    bring(harbor, FIRST, GREEN, SELDOM)
    bring(
        harbor,
        FIRST,
        Figures(f"{SITE}/a", 5, 900, 4.0),
        Figures(f"{SITE}/a/", 5, 900, 4.0),
        kind="page",
    )
    assert check(harbor).opened == 3
    before = snapshot(harbor)
    assert check(harbor) == Checked()
    assert snapshot(harbor) == before


def test_newer_figures_move_the_evidence_and_keep_the_old_numbers(harbor: Session) -> None:
    checked(harbor, FIRST, GREEN)
    row = about(harbor, "green tea")
    assert checked(harbor, later(1), Figures("green tea", 40, 1_500, 9.5)) == Checked(changed=1)
    assert row.evidence["impressions"] == 1_500
    assert "position 9.5" in row.title
    assert row.evidence["earlier"] == [
        {
            "first_day": "2026-08-01",
            "last_day": "2026-08-28",
            "clicks": 9,
            "impressions": 1_000,
            "position": 11.0,
        }
    ]
    before = snapshot(harbor)
    assert check(harbor) == Checked()
    assert snapshot(harbor) == before


def test_two_clean_runs_of_new_data_close_it(harbor: Session) -> None:
    checked(harbor, FIRST, GREEN, WHITE)
    row = about(harbor, "green tea")
    checked(harbor, later(1), WHITE)
    assert (row.status, row.clean_runs) == (S.OPEN, 1)
    assert check(harbor) == Checked()
    assert row.clean_runs == 1
    assert checked(harbor, later(2), WHITE).closed == 1
    assert row.status is S.RESOLVED
    assert row.completed_at
    assert about(harbor, "white tea").status is S.OPEN


def test_one_clean_run_between_two_findings_closes_nothing(harbor: Session) -> None:
    checked(harbor, FIRST, GREEN)
    checked(harbor, later(1), WHITE)
    checked(harbor, later(2), GREEN)
    checked(harbor, later(3), WHITE)
    row = about(harbor, "green tea")
    assert (row.status, row.clean_runs) == (S.OPEN, 1)


def test_too_few_impressions_are_no_clean_run(harbor: Session) -> None:
    checked(harbor, FIRST, GREEN)
    few = Figures("loose leaf tea", 9, 90, 3.0)
    storing.replace(harbor, "query", later(1), [few], kept=set(), report=Report(), write=True)
    check(harbor)
    assert about(harbor, "green tea").clean_runs == 0


def test_what_closed_by_itself_comes_back_with_its_id_and_history(harbor: Session) -> None:
    checked(harbor, FIRST, GREEN)
    row = about(harbor, "green tea")
    checked(harbor, later(1), WHITE)
    checked(harbor, later(2), WHITE)
    assert checked(harbor, later(3), GREEN, WHITE).reopened == 1
    assert about(harbor, "green tea") is row
    assert (row.status, row.completed_at, row.clean_runs) == (S.OPEN, None, 0)
    told = harbor.scalars(
        select(AuditEvent.action).where(AuditEvent.subject_id == row.id).order_by(AuditEvent.id)
    ).all()
    assert told == ["insight.opened", "insight.cleared", "insight.reopened"]


def test_a_persons_word_holds_until_data_from_later_disagree(
    harbor: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked(harbor, FIRST, GREEN)
    row = about(harbor, "green tea")
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 9, 15, 12, tzinfo=UTC))
    actions.resolve(harbor, row, note="New title.", by=ben(harbor))
    assert check(harbor) == Checked()
    assert checked(harbor, later(1), GREEN).reopened == 0
    assert row.status is S.RESOLVED
    assert checked(harbor, later(2), GREEN).reopened == 1
    assert row.status is S.OPEN


def test_what_is_ignored_stays_ignored(harbor: Session) -> None:
    checked(harbor, FIRST, GREEN)
    row = about(harbor, "green tea")
    actions.ignore(harbor, row, reason="We sell none.", by=ben(harbor))
    for number in (1, 2, 3):
        checked(harbor, later(number), GREEN)
    assert (row.status, row.ignored_reason) == (S.IGNORED, "We sell none.")
    assert about(harbor, "green tea") is row


def test_what_somebody_works_on_keeps_its_state(harbor: Session) -> None:
    checked(harbor, FIRST, GREEN, WHITE)
    green, white = about(harbor, "green tea"), about(harbor, "white tea")
    actions.start(harbor, green, by=ben(harbor))
    actions.snooze(harbor, white, until=clock.now() + timedelta(days=3), by=ben(harbor))
    checked(harbor, later(1), Figures("green tea", 40, 1_500, 9.5), WHITE)
    assert (green.status, green.assignee_id) == (S.IN_PROGRESS, ben(harbor).id)
    assert white.status is S.SNOOZED


def test_the_most_at_stake_opens_first_and_the_rest_waits(
    harbor: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thresholds, "OPENED_AT_MOST", 2)
    rows = [Figures(f"tea {seen}", 9, seen, 11.0) for seen in (1_000, 3_000, 2_000)]
    assert checked(harbor, FIRST, *rows).opened == 2
    assert {row.resource_id for row in harbor.scalars(select(SeoInsight))} == {
        "tea 3000",
        "tea 2000",
    }
    assert check(harbor).opened == 1


def test_each_store_has_its_own(harbor: Session, store_session: OpenStore) -> None:
    checked(harbor, FIRST, GREEN)
    harbor.commit()
    hill = store_session("hill")
    assert check(hill) == Checked()
    assert not hill.scalars(select(SeoInsight)).all()


def test_the_jobs_check_and_wake(shop: Shop) -> None:
    with shop.session() as session:
        bring(session, FIRST, GREEN)
        enqueue(session, shop, checking.CHECK)
    worker.drain(shop.app)
    with shop.session() as session:
        row = about(session, "green tea")
        actions.snooze(session, row, until=clock.now() + timedelta(hours=1), by=ben(session))
        enqueue(session, shop, checking.WAKE)
    worker.drain(shop.app)
    with shop.session() as session:
        row = about(session, "green tea")
        assert row.status is S.SNOOZED
        row.snoozed_until = clock.now() - timedelta(minutes=1)
        enqueue(session, shop, checking.WAKE)
    worker.drain(shop.app)
    with shop.session() as session:
        assert about(session, "green tea").status is S.OPEN


def enqueue(session: Session, shop: Shop, name: str) -> None:
    ledger.enqueue(session, name, store_id=shop.store_id, arguments={})
