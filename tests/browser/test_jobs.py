"""Background work in the browser: settled row by row, and watched while it runs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from playwright.sync_api import expect

from shopapp import clock
from shopapp.jobs.models import Job, JobState
from tests.browser.conftest import Enter
from tests.browser.look import flaws
from tests.browser.shop import Shop

UNKNOWN = "test.job"  # no worker can do it: it stays as it is


def add(shop: Shop, **values: Any) -> str:
    with shop.session() as session:
        job = Job(store_id=shop.store_id, name=UNKNOWN, attempts=8, **values)
        session.add(job)
        return job.id


def given_up(shop: Shop) -> str:
    error = "OperationalError: the database was busy for too long"
    return add(shop, state=JobState.DEAD, last_error=error, finished_at=clock.now())


def test_what_was_given_up_is_retried_or_discarded_in_place(shop: Shop, enter: Enter) -> None:
    ada = enter("ada", reduced_motion="reduce")  # a toast that fades in is pale for a moment
    first, second = given_up(shop), given_up(shop)
    page = ada.open(f"/{shop.handle}/system/jobs")
    assert flaws(page) == []
    page.locator(f"#retry-{first}").click()
    expect(page.locator("#toasts")).to_contain_text("Queued again")
    expect(page.locator(f"#job-{first}")).to_have_count(0)
    expect(page.locator(f"#job-{second} [data-row]")).to_be_focused()
    page.locator(f"#discard-{second}").click()
    page.get_by_role("dialog").get_by_role("button", name="Discard").click()
    expect(page.get_by_role("heading", name="Nothing was given up")).to_be_visible()
    assert flaws(page, briefly=True) == []
    page.get_by_role("link", name="Waiting").click()
    expect(page.locator(f"#job-{first}")).to_be_visible()


def test_progress_moves_without_a_reload_and_stops_with_the_job(shop: Shop, enter: Enter) -> None:
    ada, begun = enter("ada"), clock.now()
    moving = {"progress_total": 400, "progress_base": 0, "progress_since": begun}
    job_id = add(
        shop,
        state=JobState.RUNNING,
        leased_until=begun + timedelta(hours=1),
        started_at=begun,
        progress_done=100,
        progress_at=begun + timedelta(seconds=10),
        **moving,
    )
    url = f"/{shop.handle}/system/jobs?state=running"
    page = ada.open(f"{url}&at=here")  # a page of the list that does not look again by itself
    expect(page.locator("#jobs")).to_contain_text("100 of 400, 10 a second, 30 seconds left")
    assert flaws(page, briefly=True) == []
    ada.open(url)
    with shop.session() as session:
        session.get_one(Job, job_id).progress_done = 300
    expect(page.locator("#jobs")).to_contain_text("300 of 400")
    with shop.session() as session:
        session.get_one(Job, job_id).state = JobState.DONE
    expect(page.get_by_role("heading", name="Nothing runs right now")).to_be_visible()
