"""The schedule: each slot once, however many schedulers; sweep and pruning do their part."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from shopapp import clock, schedule
from shopapp.jobs import ledger, pruning, registry, worker
from shopapp.jobs.models import Job, JobState, ScheduleSlot
from shopapp.mail.models import OutboundMail, OutboundState
from shopapp.schedule import Chore
from tests import cast
from tests.jobs.scaffold import Shop
from tests.mail.posting import hurry, post, stored


def jobs(shop: Shop) -> Counter[tuple[str, str | None]]:
    with shop.session(bound=False) as session:
        return Counter((job.name, job.store_id) for job in session.scalars(select(Job)))


def run_sweep(shop: Shop) -> None:
    """As in a slot to come: everything that waits has waited long."""
    with shop.session() as session:
        old = clock.now() - timedelta(hours=1)
        session.execute(update(OutboundMail).values(not_before=old))
        ledger.enqueue(session, "mail.sweep", store_id=shop.store_id, arguments={})
    worker.drain(shop.app)


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        (datetime(2026, 3, 1, 3, 19, tzinfo=UTC), datetime(2026, 2, 28, 3, 20, tzinfo=UTC)),
        (datetime(2026, 3, 1, 3, 20, tzinfo=UTC), datetime(2026, 3, 1, 3, 20, tzinfo=UTC)),
        (datetime(2026, 3, 2, 3, 19, tzinfo=UTC), datetime(2026, 3, 1, 3, 20, tzinfo=UTC)),
    ],
)
def test_a_slot_begins_at_the_same_moment_each_day(now: datetime, slot: datetime) -> None:
    assert Chore("x", timedelta(days=1), timedelta(hours=3, minutes=20)).slot(now) == slot


def test_every_chore_has_a_handler() -> None:
    assert {chore.job for chore in schedule.CHORES} <= set(registry.names())


@pytest.fixture
def chores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two chores whose slots do not end while a test runs."""
    century = timedelta(days=36500)
    each, once = Chore("mail.sweep", century, each_store=True), Chore("jobs.prune", century)
    monkeypatch.setattr(schedule, "CHORES", (each, once))


@pytest.mark.usefixtures("chores")
def test_two_ticks_in_a_slot_write_its_jobs_once(shop: Shop) -> None:
    with shop.app.app_context():
        schedule.tick()
        first = jobs(shop)
        worker.drain(shop.app)
        schedule.tick()
    assert jobs(shop) == first
    assert first == {
        ("mail.sweep", cast.HARBOR.id): 1,
        ("mail.sweep", cast.HILL.id): 1,
        ("jobs.prune", None): 1,
    }


@pytest.mark.usefixtures("chores")
def test_schedulers_at_the_same_moment_write_the_jobs_once(shop: Shop) -> None:
    ready = threading.Barrier(5)

    def keep() -> None:
        with shop.app.app_context():
            ready.wait()
            schedule.tick()

    crew = [threading.Thread(target=keep) for _ in range(5)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    assert set(jobs(shop).values()) == {1}
    assert len(jobs(shop)) == 3


def test_the_sweep_gives_a_forgotten_mail_its_job_again(shop: Shop) -> None:
    mail_id = post(shop)
    with shop.session(bound=False) as session:
        session.execute(delete(Job))
    run_sweep(shop)
    assert stored(shop, mail_id).state == OutboundState.SENT


def test_the_sweep_leaves_mail_with_a_job_alone(shop: Shop) -> None:
    post(shop)
    with shop.session(bound=False) as session:
        session.execute(update(Job).values(run_at=clock.now() + timedelta(hours=1)))
    run_sweep(shop)
    assert jobs(shop)["mail.deliver", shop.store_id] == 1


@pytest.mark.parametrize(
    ("state", "end"),
    [
        (OutboundState.QUEUED, OutboundState.FAILED),
        (OutboundState.SENDING, OutboundState.UNKNOWN),
    ],
)
def test_a_mail_whose_job_was_given_up_says_so(
    shop: Shop, state: OutboundState, end: OutboundState
) -> None:
    mail_id = post(shop)
    with shop.session() as session:
        session.execute(update(OutboundMail).values(state=state))
    with shop.session(bound=False) as session:
        session.execute(update(Job).values(state=JobState.DEAD, last_error="no memory"))
    run_sweep(shop)
    hurry(shop)
    run_sweep(shop)
    mail = stored(shop, mail_id)
    assert (mail.state, mail.last_error) == (end, "It could not be sent: no memory")


def test_pruning_forgets_what_was_done_long_ago_and_keeps_the_dead(shop: Shop) -> None:
    long_ago = clock.now() - pruning.KEPT - timedelta(days=1)
    ends = [
        ("old", JobState.DONE, long_ago),
        ("new", JobState.DONE, clock.now()),
        ("dead", JobState.DEAD, long_ago),
        ("waiting", JobState.QUEUED, None),
    ]
    with shop.session(bound=False) as session:
        session.add_all(Job(name=name, state=state, finished_at=at) for name, state, at in ends)
        session.add(ScheduleSlot(name="often", slot=long_ago))
        session.add(ScheduleSlot(name="often", slot=clock.now()))
        session.add(ScheduleSlot(name="rarely", slot=long_ago))
        ledger.enqueue(session, "jobs.prune", store_id=None, arguments={})
    worker.drain(shop.app)
    assert {name for name, _store in jobs(shop)} == {"new", "dead", "waiting", "jobs.prune"}
    with shop.session(bound=False) as session:
        slots = session.scalars(select(ScheduleSlot)).all()
        assert Counter(slot.name for slot in slots) == {"often": 1, "rarely": 1}
