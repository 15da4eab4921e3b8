"""The jobs' page: this store's work alone, retried or discarded by admins, and logged."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from shopapp import clock
from shopapp.audit.models import AuditEvent
from shopapp.db import Session, db
from shopapp.jobs.models import JobState
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.ops.given_up import SETTLINGS, Ledger
from tests.web.forms import HTMX

URL = "/harbor/system/jobs"


@pytest.fixture
def ada(sign_in: SignIn) -> FlaskClient:
    return sign_in(cast.ADA)


@pytest.fixture
def ledger(session: Session) -> Ledger:
    return Ledger(session)


def logged(store_session: OpenStore) -> list[tuple[str, str]]:
    query = select(AuditEvent.action, AuditEvent.subject_id).where(
        AuditEvent.actor_id == cast.ADA.id
    )
    return [(action, subject) for action, subject in store_session("harbor").execute(query)]


def test_what_was_given_up_says_why_in_plain_words(ada: FlaskClient, ledger: Ledger) -> None:
    ledger.add()
    page = ada.get(URL).text
    assert "Drafting a reply" in page
    assert "8 of 8" in page
    assert "RuntimeError: no answer" in page


def test_only_this_store_s_work_is_shown(ada: FlaskClient, ledger: Ledger) -> None:
    ledger.add(store_id=cast.HILL.id, last_error="of another store")
    ledger.add(store_id=None, last_error="of the installation")
    assert "Nothing was given up" in ada.get(URL).text


@pytest.mark.parametrize(
    ("tab", "shown", "words"),
    [
        ("waiting", JobState.QUEUED, "Next try"),
        ("running", JobState.RUNNING, "Began"),
        ("done", JobState.DONE, "Ended"),
        ("done", JobState.CANCELLED, "Taken back"),
    ],
)
def test_each_tab_shows_its_states(
    ada: FlaskClient, ledger: Ledger, tab: str, shown: JobState, words: str
) -> None:
    job_id = ledger.add(state=shown)
    page = ada.get(f"{URL}?state={tab}").text
    assert f"job-{job_id}" in page
    assert words in page
    assert f"job-{job_id}" not in ada.get(URL).text


@pytest.mark.parametrize("tab", ["dead", "waiting", "running", "done", "nonsense"])
def test_an_empty_tab_says_what_it_is_for(ada: FlaskClient, tab: str) -> None:
    assert 'class="empty"' in ada.get(f"{URL}?state={tab}").text


def test_a_running_job_shows_how_far_it_is_and_looks_again(
    ada: FlaskClient, ledger: Ledger
) -> None:
    begun = clock.now()
    ledger.add(
        state=JobState.RUNNING,
        started_at=begun,
        progress_done=1200,
        progress_total=4000,
        progress_base=0,
        progress_since=begun,
        progress_at=begun + timedelta(seconds=24),
    )
    page = ada.get(f"{URL}?state=running").text
    assert "1,200 of 4,000, 50 a second, 56 seconds left" in page
    assert 'hx-trigger="load delay:2s"' in page
    assert 'hx-trigger="load delay:2s"' not in ada.get(URL).text


def test_late_work_is_said(ada: FlaskClient, ledger: Ledger) -> None:
    ledger.add(state=JobState.QUEUED, run_at=clock.now() - timedelta(minutes=7))
    assert "has waited 7 min" in ada.get(URL).text


@pytest.mark.parametrize("settling", SETTLINGS)
def test_a_job_is_settled_by_itself_or_with_those_shown(
    ada: FlaskClient,
    ledger: Ledger,
    store_session: OpenStore,
    settling: tuple[str, JobState, str],
) -> None:
    verb, end, action = settling
    first, second, third = ledger.add(), ledger.add(), ledger.add()
    elsewhere = ledger.add(store_id=cast.HILL.id)
    plain = ada.post(f"{URL}/{first}/{verb}")
    assert (plain.status_code, plain.location) == (303, f"{URL}?state=dead")
    shown = ada.post(f"{URL}/{verb}", data={"jobs": f"{second},{third},{elsewhere}"}, headers=HTMX)
    assert "2 jobs" in shown.text
    assert [ledger.state(each) for each in (first, second, third)] == [end] * 3
    assert ledger.state(elsewhere) is JobState.DEAD
    assert logged(store_session) == [(action, each) for each in (first, second, third)]


def test_the_second_to_settle_it_is_told(ada: FlaskClient, ledger: Ledger) -> None:
    job_id = ledger.add()
    ada.post(f"{URL}/{job_id}/discard")
    late = ada.post(f"{URL}/{job_id}/retry", headers=HTMX)
    assert late.status_code == 409
    assert "Somebody has settled this already." in late.text


def test_the_same_work_queued_already_is_not_queued_twice(ada: FlaskClient, ledger: Ledger) -> None:
    dead = ledger.add(dedupe_key="one")
    ledger.add(dedupe_key="one", state=JobState.QUEUED)
    ada.post(f"{URL}/{dead}/retry")
    assert ledger.state(dead) is JobState.CANCELLED


@pytest.mark.parametrize("person", [cast.BEN, cast.CLEO])
def test_others_than_admins_do_not_see_it(sign_in: SignIn, person: cast.Person) -> None:
    assert sign_in(person).get(URL).status_code == 403


def test_many_jobs_take_pages_and_no_more_statements(
    app: Flask, ada: FlaskClient, ledger: Ledger
) -> None:
    seen: list[str] = []

    def page(url: str) -> str:
        seen.clear()
        return ada.get(url).text

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
    ledger.add()
    page(URL)
    few = len(seen)
    for _ in range(60):
        ledger.add()
    older = re.search(r'href="([^"]+at=o[^"]+)"', page(URL))
    assert len(seen) == few
    assert older is not None
    assert page(older[1].replace("&amp;", "&")).count('id="job-') == 11
