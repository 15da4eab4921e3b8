"""Several hosts at work on one ledger: worker processes with folders of their own, to be killed."""

from __future__ import annotations

import multiprocessing
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from sqlalchemy import func, select

from shopapp.audit.models import AuditEvent
from shopapp.config import Config
from shopapp.jobs import ledger, worker
from shopapp.jobs.context import JobContext
from shopapp.jobs.models import Job, JobState
from shopapp.jobs.registry import handler
from tests.jobs.scaffold import SHORT, Shop, bare_app

DEED = "test.deed"
STEPS = 2
PATIENCE = 120.0  # seconds until every job must have come to its end

nursery = multiprocessing.get_context("forkserver")
nursery.set_forkserver_preload(["__main__", "tests.jobs.hosts"])


@handler(DEED)
def do(context: JobContext) -> None:
    """Leave one mark a step, each in its own transaction; what is marked is not done again."""
    for step in range(STEPS):
        with context.transaction() as session:
            mark = {"action": f"{DEED}.{step}", "subject_id": context.claim.job_id}
            if session.scalar(select(AuditEvent.id).filter_by(**mark)) is None:
                session.add(AuditEvent(subject_type="job", **mark))
        time.sleep(random.uniform(0, 0.02))


def labour(config: Config) -> None:
    """A worker process of one host."""
    worker.run(bare_app(config), threading.Event(), lease=SHORT)


class Hosts:
    """`number` hosts that share a database and, with JOBS_URL, an engine."""

    def __init__(self, shop: Shop, folder: Path, number: int) -> None:
        self.shop, self.folder = shop, folder
        self.kills = 0
        self._running = [self._start(each) for each in range(number)]

    def kill_one(self) -> None:
        """SIGKILL for the host that has worked longest, and another in its place."""
        each = self.kills % len(self._running)
        self._end(self._running[each])
        self._running[each] = self._start(each)
        self.kills += 1

    def end(self) -> None:
        for process in self._running:
            self._end(process)

    def _start(self, number: int) -> ForkServerProcess:
        own = self.folder / f"host-{number}"
        own.mkdir(exist_ok=True)
        config = replace(self.shop.config, instance=own)
        process = nursery.Process(target=labour, args=(config,))
        process.start()
        return process

    def _end(self, process: ForkServerProcess) -> None:
        process.kill()
        process.join()


@contextmanager
def at_work(shop: Shop, folder: Path, number: int = 3) -> Iterator[Hosts]:
    """Hosts, all ended afterwards."""
    hosts = Hosts(shop, folder, number)
    try:
        yield hosts
    finally:
        hosts.end()


def enqueue(shop: Shop, number: int) -> list[str]:
    """The ids of `number` deeds, each committed and rung for as a page would."""
    return [_enqueued(shop) for _ in range(number)]


def ends(shop: Shop) -> Counter[JobState]:
    """How many deeds are in which state."""
    with shop.session(bound=False) as session:
        session.reading = True
        query = select(Job.state, func.count()).where(Job.name == DEED).group_by(Job.state)
        return Counter(dict(iter(session.execute(query))))


def finished(shop: Shop) -> Counter[JobState]:
    """How the deeds ended, once none waits or runs any more."""
    end = time.monotonic() + PATIENCE
    while (found := ends(shop)) and time.monotonic() < end:
        if not {JobState.QUEUED, JobState.RUNNING} & set(found):
            break
        time.sleep(0.1)
    return found


def marks(shop: Shop) -> Counter[tuple[str, str]]:
    """How often each step of each deed was done."""
    with shop.session() as session:
        session.reading = True
        found = session.execute(
            select(AuditEvent.subject_id, AuditEvent.action).where(
                AuditEvent.action.startswith(DEED)
            )
        )
        return Counter((deed, action) for deed, action in found)


def attempts(shop: Shop) -> int:
    """How often a deed was begun, all in all."""
    with shop.session(bound=False) as session:
        session.reading = True
        return session.scalar(select(func.sum(Job.attempts)).where(Job.name == DEED)) or 0


def begun_again(shop: Shop) -> bool:
    """Whether a kill has found a deed at work, so that another host began it anew."""
    with shop.session(bound=False) as session:
        session.reading = True
        again = select(func.count()).where(Job.name == DEED, Job.attempts > 1)
        return bool(session.scalar(again))


def _enqueued(shop: Shop) -> str:
    with shop.session() as session:
        return ledger.enqueue(
            session, DEED, store_id=shop.store_id, arguments={}, max_attempts=50
        ).id
