"""A rotation that is killed half way: nothing is lost, everything stays readable, it goes on."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable
from multiprocessing.synchronize import Event
from typing import Any

import pytest

from shopapp.config import Config
from shopapp.jobs import worker
from shopapp.jobs.models import JobState
from shopapp.ops.keys import resealing, rotating
from shopapp.ops.keys.stores import looking_into
from tests import cast
from tests.jobs.scaffold import bare_app, labour
from tests.ops.keys.room import Room

HILL = cast.HILL.id
COUNTS = {"sqlite": 100_000, "postgresql": 5_000}
PATIENCE = 120.0
nursery = multiprocessing.get_context("forkserver")
nursery.set_forkserver_preload(["__main__", "tests.jobs.scaffold"])


def labour_half_way(config: Config, batches: int, reached: Event) -> None:
    """A worker that stops in the middle of writing a batch, as if that took for ever."""
    put, left = resealing._put, [batches]

    def put_some(*words: Any) -> None:
        put(*words)
        left[0] -= 1
        if not left[0]:
            reached.set()
            threading.Event().wait()

    resealing._put = put_some
    labour(config)


def labour_on(config: Config) -> None:
    """A worker as it is."""
    worker.run(bare_app(config), threading.Event())


def read_on(config: Config, count: int, stop: Event, opened: Any) -> None:
    """Open values all over the store until told to stop; ends with an error if one stays shut."""
    app = bare_app(config)
    with app.app_context():
        room = Room(app, config)
        while not stop.wait(0.05) or not opened.value:
            opened.value += room.read_some("hill", 20, among=count)


@pytest.mark.slow
def test_a_rotation_killed_half_way_goes_on_and_all_stays_readable(
    room: Room, dialect: str
) -> None:
    count = COUNTS[dialect]
    room.seal_many("hill", count - 2)
    stop, opened = nursery.Event(), nursery.Value("l", 0)
    reader = nursery.Process(
        target=read_on, args=(room.config, count - 1, stop, opened), daemon=True
    )
    reader.start()

    rotating.begin(room.ring, HILL, queue=True)
    half = count // resealing.BATCH // 2
    kill_a_worker_at_work(room, half)
    with looking_into(HILL) as session:
        job = rotating.job_of(session)
        assert job is not None
        assert (job.state, job.progress_total) == (JobState.RUNNING, count)
        assert 0 < job.progress_done < count
    assert room.versions("hill") == {2: job.progress_done, 1: count - job.progress_done}

    finish(room)
    assert room.versions("hill") == {2: count, 1: 0}
    stop.set()
    reader.join(PATIENCE)
    assert reader.exitcode == 0
    assert opened.value > 0
    assert room.open_all("hill") == count - 1


def kill_a_worker_at_work(room: Room, batches: int) -> None:
    """SIGKILL, while the last of `batches` is written and not committed."""
    reached = nursery.Event()
    doomed = nursery.Process(target=labour_half_way, args=(room.config, batches, reached))
    doomed.start()
    assert reached.wait(PATIENCE)
    doomed.kill()
    doomed.join()


def finish(room: Room) -> None:
    """Let another worker bring it to its end, once the lease of the dead one has run out."""
    survivor = nursery.Process(target=labour_on, args=(room.config,))
    survivor.start()
    until(lambda: _state() == JobState.DONE)
    survivor.kill()
    survivor.join()


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


def _state() -> JobState | None:
    with looking_into(HILL) as session:
        job = rotating.job_of(session)
        return job.state if job else None
