"""The ledger: one job for one key, leases that run out, fences that hold."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from shopapp import clock
from shopapp.db import Session
from shopapp.jobs import ledger, queries
from shopapp.jobs.context import JobContext
from shopapp.jobs.ledger import Claim, LostLease
from shopapp.jobs.models import Job, JobState
from shopapp.mail.models import Mailbox
from tests.jobs.scaffold import Shop, stored

NAMES = ("test.job",)
GONE = timedelta(seconds=-1)  # a lease that has run out as soon as it is given


def enqueue(shop: Shop, **options: Any) -> str:
    with shop.session() as session:
        return ledger.enqueue(
            session, "test.job", store_id=shop.store_id, arguments={"n": 1}, **options
        ).id


def take(
    shop: Shop,
    worker: str = "first",
    lease: timedelta = ledger.LEASE,
    job_id: str | None = None,
) -> Claim | None:
    with shop.session(bound=False) as session:
        return ledger.claim(session, worker=worker, names=NAMES, lease=lease, job_id=job_id)


def taken(shop: Shop, worker: str = "first", lease: timedelta = ledger.LEASE) -> Claim:
    claim = take(shop, worker, lease)
    assert claim is not None
    return claim


def context(shop: Shop, claim: Claim) -> JobContext:
    return JobContext(claim, shop.config, shop.app.extensions["shopapp_keys"].keyring)


def test_a_job_is_taken_once_and_carries_its_arguments(shop: Shop) -> None:
    job_id = enqueue(shop)
    claim = taken(shop)
    assert (claim.job_id, claim.arguments, claim.store_id) == (job_id, {"n": 1}, shop.store_id)
    assert take(shop, "second") is None


def test_a_rolled_back_transaction_leaves_no_job(shop: Shop) -> None:
    with shop.session() as session:
        ledger.enqueue(session, "test.job", store_id=shop.store_id, arguments={})
        session.rollback()
    assert take(shop) is None


def test_a_job_waits_for_its_time(shop: Shop) -> None:
    enqueue(shop, run_at=clock.now() + timedelta(hours=1))
    assert take(shop) is None


def test_a_job_nobody_here_can_do_is_left_to_others(shop: Shop) -> None:
    enqueue(shop)
    with shop.session(bound=False) as session:
        assert ledger.claim(session, worker="old", names=("other.job",)) is None


def test_the_same_key_gives_the_same_job_until_it_is_done(shop: Shop) -> None:
    first = enqueue(shop, dedupe_key="one")
    assert enqueue(shop, dedupe_key="one") == first
    claim = taken(shop)
    assert enqueue(shop, dedupe_key="one") == first
    with shop.session(bound=False) as session:
        ledger.finish(session, claim)
    assert enqueue(shop, dedupe_key="one") != first


def test_many_who_enqueue_the_same_key_at_once_get_one_job(shop: Shop) -> None:
    ready, found = threading.Barrier(6), []

    def push() -> None:
        ready.wait()
        found.append(enqueue(shop, dedupe_key="one"))

    crew = [threading.Thread(target=push) for _ in range(6)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1


def test_many_workers_share_the_jobs_without_taking_one_twice(shop: Shop) -> None:
    wanted = {enqueue(shop) for _ in range(24)}
    found: list[str] = []

    def work() -> None:
        while claim := take(shop):
            found.append(claim.job_id)

    crew = [threading.Thread(target=work) for _ in range(4)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    assert sorted(found) == sorted(wanted)


def test_one_job_can_be_claimed_by_its_id(shop: Shop) -> None:
    _, younger = enqueue(shop), enqueue(shop)
    claim = take(shop, job_id=younger)
    assert claim is not None
    assert claim.job_id == younger
    assert take(shop, job_id=younger) is None


def test_a_job_handed_back_is_another_worker_s_at_once(shop: Shop) -> None:
    enqueue(shop)
    claim = taken(shop)
    with shop.session(bound=False) as session:
        ledger.hand_back(session, claim)
    again = taken(shop, "second")
    assert (again.job_id, again.attempts) == (claim.job_id, 1)
    with shop.session(bound=False) as session, pytest.raises(LostLease):
        ledger.finish(session, claim)


def test_a_discarded_job_is_nobody_s_any_more(shop: Shop) -> None:
    job_id = enqueue(shop, max_attempts=1)
    with shop.session(bound=False) as session:
        job = session.get_one(Job, job_id)
        assert not ledger.discard(session, job)
        ledger.fail(session, ledger.claim(session, worker="w", names=NAMES), "no")  # type: ignore[arg-type]
        assert ledger.discard(session, job)
    assert take(shop) is None
    assert stored(shop, job_id).state is JobState.CANCELLED


def test_an_expired_lease_gives_the_job_to_another_worker(shop: Shop) -> None:
    enqueue(shop)
    first = taken(shop, lease=GONE)
    second = taken(shop, "second")
    assert second.job_id == first.job_id
    assert second.fence > first.fence


def test_a_worker_that_lost_its_lease_cannot_commit(shop: Shop) -> None:
    enqueue(shop)
    late = context(shop, taken(shop, lease=GONE))
    taken(shop, "second")
    with shop.app.app_context(), pytest.raises(LostLease), late.transaction() as session:
        session.add(Mailbox(address="late@harbor.example"))
    with shop.session() as session:
        assert session.query(Mailbox).filter_by(address="late@harbor.example").count() == 0


def test_nobody_takes_a_job_over_while_its_worker_is_about_to_commit(shop: Shop) -> None:
    enqueue(shop)
    slow = context(shop, taken(shop, lease=GONE))
    second: list[Claim | None] = []
    with shop.app.app_context():
        with slow.transaction() as session:
            session.add(Mailbox(address="slow@harbor.example"))
            session.flush()
            rival = threading.Thread(target=lambda: second.append(take(shop, "second")))
            rival.start()
            rival.join(0.3)
        rival.join()
    assert second == [None]


def test_a_worker_that_lost_its_lease_can_note_no_end(shop: Shop) -> None:
    job_id = enqueue(shop)
    first = taken(shop, lease=GONE)
    taken(shop, "second")
    ends: list[Callable[[Session], None]] = [
        lambda session: ledger.finish(session, first),
        lambda session: ledger.fail(session, first, "too late"),
        lambda session: ledger.postpone(session, first, clock.now()),
    ]
    for end in ends:
        with pytest.raises(LostLease), shop.session(bound=False) as session:
            end(session)
    assert stored(shop, job_id).leased_by == "second"


def test_a_failure_is_tried_again_later_and_given_up_in_the_end(shop: Shop) -> None:
    job_id = enqueue(shop, max_attempts=2)
    with shop.session(bound=False) as session:
        ledger.fail(session, taken(shop), "no answer")
    waiting = stored(shop, job_id)
    assert (waiting.state, waiting.last_error) == (JobState.QUEUED, "no answer")
    assert waiting.run_at > clock.now()
    with shop.session(bound=False) as session:
        session.get_one(Job, job_id).run_at = clock.now()
    with shop.session(bound=False) as session:
        ledger.fail(session, taken(shop), "still no answer")
    with shop.session(bound=False) as session:
        (dead,) = queries.dead_jobs(session, shop.store_id)
        assert (dead.id, dead.last_error) == (job_id, "still no answer")


def test_a_job_that_takes_every_worker_with_it_is_given_up(shop: Shop) -> None:
    job_id = enqueue(shop, max_attempts=3)
    for _ in range(3):
        taken(shop, lease=GONE)
    assert take(shop) is None
    assert stored(shop, job_id).state == JobState.DEAD


def test_a_dead_job_can_be_revived(shop: Shop) -> None:
    job_id = enqueue(shop, max_attempts=1)
    with shop.session(bound=False) as session:
        ledger.fail(session, taken(shop), "no")
    with shop.session(bound=False) as session:
        assert ledger.revive(session, session.get_one(Job, job_id))
    assert taken(shop).job_id == job_id


def test_postponing_is_no_failure(shop: Shop) -> None:
    job_id = enqueue(shop, max_attempts=1)
    for _ in range(3):
        with shop.session(bound=False) as session:
            ledger.postpone(session, taken(shop), clock.now())
    assert stored(shop, job_id).state == JobState.QUEUED


def test_a_cancelled_job_is_not_taken(shop: Shop) -> None:
    job_id = enqueue(shop)
    with shop.session(bound=False) as session:
        assert ledger.cancel(session, session.get_one(Job, job_id))
    assert take(shop) is None


def test_a_running_job_that_is_cancelled_commits_nothing_more(shop: Shop) -> None:
    job_id = enqueue(shop)
    running = context(shop, taken(shop))
    with shop.session(bound=False) as session:
        assert ledger.cancel(session, session.get_one(Job, job_id))
    with shop.app.app_context(), pytest.raises(LostLease):
        running.progress(1, 2)


def test_progress_can_be_read_while_the_job_runs(shop: Shop) -> None:
    job_id = enqueue(shop)
    running = context(shop, taken(shop))
    with shop.app.app_context():
        running.progress(1, 4)
        with running.transaction():
            running.progress(2, 4)
    seen = queries.progress(stored(shop, job_id))
    assert (seen.done, seen.total) == (2, 4)
    assert seen.per_second is not None
    assert seen.seconds_left is not None


def test_what_an_earlier_attempt_did_does_not_count_as_fast(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id, begun = enqueue(shop), clock.now()

    def at(seconds: int) -> None:
        monkeypatch.setattr(clock, "now", lambda: begun + timedelta(seconds=seconds))

    def note(claim: Claim, done: int) -> None:
        with shop.app.app_context():
            context(shop, claim).progress(done, 1000)

    note(taken(shop, "killed"), 500)
    at(300)
    again = taken(shop)
    note(again, 500)
    at(310)
    note(again, 520)
    seen = queries.progress(stored(shop, job_id))
    assert (seen.per_second, seen.seconds_left) == (2.0, 240.0)
