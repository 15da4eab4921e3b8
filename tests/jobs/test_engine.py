"""The engine of JOBS_URL: it carries ids, is heard at once, and costs no job when it fails."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import redis
from structlog.testing import capture_logs

from shopapp.jobs import engine, ledger, registry, worker
from shopapp.jobs.models import JobState
from tests import databases
from tests.jobs.scaffold import SHORT, Shop, enqueue, stored
from tests.servers.redis import RedisServer

Heard = Callable[[str], bool]
PATIENCE = 20


pytestmark = pytest.mark.dialects("sqlite")  # killed hosts use engines beside PostgreSQL


@pytest.fixture(params=["redis", "postgresql"])
def queue(request: pytest.FixtureRequest, shop: Shop) -> Iterator[engine.Engine]:
    """An engine of each kind for the shop."""
    with _url(request) as url:
        shop.use_engine(url)
        yield opened(shop)


@pytest.fixture
def done() -> Iterator[Heard]:
    """`done(job_id)` waits until the job `test.job` with that id was run."""
    runs: list[str] = []
    ran = threading.Condition()

    def run(context: object) -> None:
        with ran:
            runs.append(context.claim.job_id)  # type: ignore[attr-defined]
            ran.notify_all()

    def wait(job_id: str) -> bool:
        with ran:
            return ran.wait_for(lambda: job_id in runs, PATIENCE)

    registry._handlers["test.job"] = run
    yield wait
    registry._handlers.pop("test.job")


@contextmanager
def _url(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "redis":
        yield request.getfixturevalue("redis_server").url
    else:
        with databases.Postgres(request.getfixturevalue("postgres_server")).bare() as url:
            yield url


@contextmanager
def at_work(shop: Shop) -> Iterator[None]:
    """A worker of the shop, stopped afterwards."""
    stop = threading.Event()
    crew = threading.Thread(target=worker.run, args=(shop.app, stop), kwargs={"lease": SHORT})
    crew.start()
    try:
        yield
    finally:
        stop.set()
        crew.join()


def opened(shop: Shop) -> engine.Engine:
    found = engine.of(shop.app)
    assert found is not None
    return found


def test_a_ring_is_the_id_of_the_job_and_comes_after_the_commit(
    shop: Shop, queue: engine.Engine
) -> None:
    with shop.session() as session:
        job = ledger.enqueue(session, "test.job", store_id=shop.store_id, arguments={"n": "hush"})
        job_id = job.id
        assert queue.waiting() == 0
    assert queue.next_id() == job_id
    assert queue.next_id() is None


def test_a_rollback_rings_nobody(shop: Shop, queue: engine.Engine) -> None:
    with shop.session() as session:
        ledger.enqueue(session, "test.job", store_id=shop.store_id, arguments={})
        session.rollback()
    assert queue.waiting() == 0


@pytest.mark.usefixtures("queue")
def test_what_rings_is_done(shop: Shop, done: Heard) -> None:
    with at_work(shop):
        assert done(enqueue(shop))


def test_the_sweeper_rings_again_for_what_was_lost(
    shop: Shop, queue: engine.Engine, done: Heard
) -> None:
    job_id = enqueue(shop)
    assert queue.next_id() == job_id  # and whoever heard it was killed at once
    with at_work(shop):
        assert done(job_id)


def test_an_id_that_rings_twice_is_done_once(shop: Shop, queue: engine.Engine, done: Heard) -> None:
    first, last = enqueue(shop), enqueue(shop)
    queue.ring([first, "nobody", first])
    with at_work(shop):
        assert done(last)
        assert done(first)
    assert [stored(shop, each).attempts for each in (first, last)] == [1, 1]


def test_without_redis_work_is_written_and_done_by_polling(
    shop: Shop, redis_server: RedisServer, done: Heard
) -> None:
    shop.use_engine(redis_server.url)
    redis_server.stop()
    with capture_logs() as lines, at_work(shop):
        first = enqueue(shop)
        assert done(first)
        redis_server.start()
        assert done(enqueue(shop))
    assert stored(shop, first).state is JobState.DONE
    assert [line["event"] for line in lines] == [
        "the queue engine does not answer: the ledger is polled",
        "the queue engine answers again",
    ]


def test_what_is_in_the_queue_runs_nothing(shop: Shop, redis_server: RedisServer) -> None:
    """Whoever reaches Redis can at most have the ledger look for a job."""
    shop.use_engine(redis_server.url)
    with redis.Redis.from_url(redis_server.url) as client:
        client.lpush("huey.redis.shopapp", b"cposix\nsystem\n(S'true'\ntR.")
    assert opened(shop).next_id() == "cposix\nsystem\n(S'true'\ntR."
