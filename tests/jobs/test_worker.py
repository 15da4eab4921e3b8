"""The worker: handlers run, failures are noted in one line, leases are kept, signals obeyed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from shopapp import clock
from shopapp.jobs import ledger, queries, registry, worker
from shopapp.jobs.context import JobContext, Postponed
from shopapp.jobs.doorbell import Doorbell
from shopapp.jobs.models import JobState
from shopapp.mail.models import Mailbox
from tests.jobs.scaffold import SHORT, Shop, enqueue, stored

Define = Callable[[registry.Handler], None]


@pytest.fixture
def define() -> Iterator[Define]:
    """Make a function the handler of the job `test.job`."""
    yield lambda function: registry._handlers.__setitem__("test.job", function)
    registry._handlers.pop("test.job", None)


def fail(_context: JobContext, error: Exception) -> None:
    raise error


def test_two_handlers_cannot_share_a_name(define: Define) -> None:
    define(lambda _context: None)
    with pytest.raises(ValueError, match=r"test\.job"):
        registry.handler("test.job")(lambda _context: None)


def test_a_handler_works_on_its_store_with_its_arguments(shop: Shop, define: Define) -> None:
    def open_mailbox(context: JobContext, *, address: str) -> None:
        with context.transaction() as session:
            session.add(Mailbox(address=address))

    define(open_mailbox)
    job_id = enqueue(shop, arguments={"address": "tea@harbor.example"})
    assert worker.drain(shop.app) == 1
    assert stored(shop, job_id).state == JobState.DONE
    with shop.session() as session:
        assert session.query(Mailbox).filter_by(address="tea@harbor.example").count() == 1


def test_an_error_undoes_its_transaction_and_is_kept_in_one_line(
    shop: Shop, define: Define
) -> None:
    def stumble(context: JobContext) -> None:
        with context.transaction() as session:
            session.add(Mailbox(address="lost@harbor.example"))
            session.flush()
            raise RuntimeError("smtp://ada:geheim@mail.example is gone\nand more")

    define(stumble)
    job_id = enqueue(shop)
    worker.drain(shop.app)
    failed = stored(shop, job_id)
    assert failed.state == JobState.QUEUED
    assert failed.run_at > clock.now()
    assert failed.last_error == "RuntimeError: smtp://ada:[redacted]@mail.example is gone"
    with shop.session() as session:
        assert session.query(Mailbox).filter_by(address="lost@harbor.example").count() == 0


def test_the_values_of_a_statement_stay_out_of_the_ledger(shop: Shop, define: Define) -> None:
    error = OperationalError("UPDATE x", {"password": "geheim"}, Exception("gone"))
    define(lambda context: fail(context, error))
    job_id = enqueue(shop)
    worker.drain(shop.app)
    assert "geheim" not in str(stored(shop, job_id).last_error)


def test_a_job_that_keeps_failing_ends_among_the_dead(shop: Shop, define: Define) -> None:
    define(lambda context: fail(context, RuntimeError("no")))
    job_id = enqueue(shop, max_attempts=1)
    worker.drain(shop.app)
    with shop.session(bound=False) as session:
        assert [job.id for job in queries.dead_jobs(session)] == [job_id]


def test_a_handler_may_ask_to_be_called_later(shop: Shop, define: Define) -> None:
    later = clock.now() + timedelta(hours=1)
    define(lambda context: fail(context, Postponed(later)))
    job_id = enqueue(shop, max_attempts=1)
    worker.drain(shop.app)
    waiting = stored(shop, job_id)
    assert (waiting.state, waiting.run_at, waiting.last_error) == (JobState.QUEUED, later, None)


def test_a_job_has_one_transaction_at_a_time(shop: Shop, define: Define) -> None:
    def nest(context: JobContext) -> None:
        with context.transaction(), context.transaction():
            pass

    define(nest)
    job_id = enqueue(shop)
    worker.drain(shop.app)
    assert "one transaction" in str(stored(shop, job_id).last_error)


def test_a_long_job_keeps_its_lease_and_ends_before_the_worker(shop: Shop, define: Define) -> None:
    """Two threads poll while one job outlives its first lease: it is run once all the same."""
    runs, started, stop = [], threading.Event(), threading.Event()

    def take_long(_context: JobContext) -> None:
        runs.append(1)
        started.set()
        threading.Event().wait(SHORT.total_seconds() * 2.5)

    define(take_long)
    job_id = enqueue(shop)
    crew = threading.Thread(target=worker.run, args=(shop.app, stop), kwargs={"lease": SHORT})
    crew.start()
    assert started.wait(20)
    threading.Event().wait(SHORT.total_seconds() * 1.5)
    stop.set()
    crew.join()
    assert (len(runs), stored(shop, job_id).state) == (1, JobState.DONE)


def test_what_outlasts_the_grace_is_handed_back(
    shop: Shop, define: Define, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, stop, end = threading.Event(), threading.Event(), threading.Event()

    def take_too_long(_context: JobContext) -> None:
        started.set()
        end.wait(20)

    define(take_too_long)
    monkeypatch.setattr(worker, "GRACE_SECONDS", 0.0)
    job_id, before = enqueue(shop), set(threading.enumerate())
    crew = threading.Thread(target=worker.run, args=(shop.app, stop))
    crew.start()
    assert started.wait(20)
    stop.set()
    crew.join()
    left = stored(shop, job_id)
    assert (left.state, left.attempts, left.leased_by) == (JobState.QUEUED, 0, None)
    end.set()
    for late in set(threading.enumerate()) - before:
        late.join(20)
    assert stored(shop, job_id).state is JobState.QUEUED


def test_the_doorbell_rings_after_the_commit_and_not_before(shop: Shop) -> None:
    bell = Doorbell(shop.config.instance)
    before = bell.heard()
    with shop.session() as session:
        ledger.enqueue(session, "test.job", store_id=None, arguments={})
        session.flush()
        assert bell.heard() == before
    assert bell.heard() != before


def test_a_rollback_rings_nobody(shop: Shop) -> None:
    before = Doorbell(shop.config.instance).heard()
    with shop.session() as session:
        ledger.enqueue(session, "test.job", store_id=None, arguments={})
        session.rollback()
    assert Doorbell(shop.config.instance).heard() == before


def test_a_rung_worker_does_not_wait_for_its_next_look(shop: Shop) -> None:
    bell = Doorbell(shop.config.instance)
    heard, stop = bell.heard(), threading.Event()
    waiting = threading.Thread(target=bell.wait, args=(heard, 600.0, stop))
    waiting.start()
    bell.ring()
    waiting.join(20)
    assert not waiting.is_alive()
