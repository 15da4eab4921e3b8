"""The worker: claims jobs from the ledger, runs their handlers, keeps their leases alive."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import timedelta
from time import monotonic

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from shopapp.connectors.errors import plain_text
from shopapp.db import Session, new_session
from shopapp.ids import new_id
from shopapp.jobs import engine, ledger, registry
from shopapp.jobs.context import JobContext, Postponed
from shopapp.jobs.doorbell import Doorbell
from shopapp.jobs.ledger import LEASE, Claim
from shopapp.logs import redact

POLL_SECONDS = 1.0
SWEEP_SECONDS = 2.0
TICK_SECONDS = 20.0
GRACE_SECONDS = 20.0
_SWEPT = 200  # ids in the queue, beyond which none is rung again

log = structlog.get_logger(__name__)


def run(
    app: Flask,
    stop: threading.Event,
    *,
    threads: int = 2,
    tick: Callable[[], None] = lambda: None,
    lease: timedelta = LEASE,
) -> None:
    """Work until `stop` is set, then let the running jobs end, for at most GRACE_SECONDS.

    What has not ended by then is handed back, so that nobody has to wait for its lease. `tick`
    is called in an app context every TICK_SECONDS: the schedule.
    """
    worker = Worker(app, stop, lease)
    crew = [threading.Thread(target=worker.work, daemon=True) for _ in range(threads)]
    others = [threading.Thread(target=worker.keep_leases, daemon=True)]
    if worker.engine is not None:
        others.append(threading.Thread(target=worker.sweep, daemon=True))
    for thread in (*crew, *others):
        thread.start()
    while not stop.is_set():
        worker.guarded(tick)
        stop.wait(TICK_SECONDS)
    end = monotonic() + GRACE_SECONDS
    for thread in crew:
        thread.join(max(0.0, end - monotonic()))
    worker.over.set()
    worker.hand_back()


def drain(app: Flask) -> int:
    """Do everything that is due now, in this thread; returns how many jobs were taken."""
    worker = Worker(app, threading.Event(), LEASE)
    done = 0
    with app.app_context():
        while worker.work_once():
            done += 1
    return done


class Worker:
    """One process's share of the work; `work` may run in several threads."""

    def __init__(self, app: Flask, stop: threading.Event, lease: timedelta) -> None:
        self._app = app
        self._stop = stop
        self._lease = lease
        self.over = threading.Event()
        self._name = new_id()
        self._bell = Doorbell(app.config["SHOPAPP"].instance)
        self.engine = engine.of(app)
        self._claims: set[Claim] = set()

    def work(self) -> None:
        """Claim and run until told to stop."""
        with self._app.app_context():
            while not self._stop.is_set():
                if self.engine is None:
                    self._look()
                else:
                    self._listen(self.engine)
        if self.engine is not None:
            self.engine.close()

    def sweep(self) -> None:
        """Ring again for what is due: its time has come, its worker died, its ring was lost."""
        with self._app.app_context():
            while self.engine is not None and not self._stop.wait(SWEEP_SECONDS):
                with contextlib.suppress(engine.EngineDown):
                    self._ring_again(self.engine)

    def work_once(self, job_id: str | None = None) -> bool:
        """Run one job (that with `job_id`), if one is due and the database answers."""
        try:
            claim = self._claim(job_id)
        except SQLAlchemyError as error:
            log.warning("the ledger cannot be read", error=one_line(error))
            return False
        if claim is None:
            return False
        self._claims.add(claim)
        try:
            self._attempt(claim)
        finally:
            self._claims.discard(claim)
        return True

    def keep_leases(self) -> None:
        """Renew the leases of running jobs, also while the worker waits for them to end."""
        with self._app.app_context():
            while not self.over.wait(self._lease.total_seconds() / 4):
                for claim in tuple(self._claims):
                    self._renew(claim)

    def guarded(self, tick: Callable[[], None]) -> None:
        """Call `tick`; a database that does not answer is tried again next time."""
        with self._app.app_context():
            try:
                tick()
            except SQLAlchemyError as error:
                log.warning("the schedule could not be kept", error=one_line(error))

    def hand_back(self) -> None:
        """Leave what is still running to others: nothing more can be written for it here."""
        with self._app.app_context():
            for claim in tuple(self._claims):
                self._tell(claim, ledger.hand_back)

    def _look(self) -> None:
        heard = self._bell.heard()
        if not self.work_once():
            self._bell.wait(heard, POLL_SECONDS, self._stop)

    def _listen(self, queue: engine.Engine) -> None:
        """Do the job that rings; while the engine does not answer, whatever is due."""
        try:
            job_id = queue.next_id()
        except engine.EngineDown:
            self._look()
            return
        if job_id is not None:
            self.work_once(job_id)

    def _ring_again(self, queue: engine.Engine) -> None:
        room = _SWEPT - queue.waiting()
        try:
            if room > 0:
                queue.ring(self._due(room))
        except SQLAlchemyError as error:
            log.warning("the ledger cannot be read", error=one_line(error))

    def _due(self, limit: int) -> Sequence[str]:
        with closing(new_session()) as session:
            session.reading = True
            return ledger.due(session, registry.names(), limit)

    def _claim(self, job_id: str | None) -> Claim | None:
        if job_id is None and not self._due(1):
            return None
        with closing(new_session()) as session:
            claim = ledger.claim(
                session,
                worker=self._name,
                names=registry.names(),
                lease=self._lease,
                job_id=job_id,
            )
            session.commit()
            return claim

    def _attempt(self, claim: Claim) -> None:
        try:
            end = self._outcome(claim)
            self._note(lambda session: end(session, claim))
        except ledger.LostLease:
            log.warning("a job was taken over by another worker", job=claim.name, id=claim.job_id)
        except SQLAlchemyError as error:
            log.error("a job's end could not be noted", job=claim.name, error=one_line(error))

    def _outcome(self, claim: Claim) -> Callable[[Session, Claim], None]:
        """Run the handler; what is to be noted about it."""
        keyring = self._app.extensions["shopapp_keys"].keyring
        context = JobContext(claim, self._app.config["SHOPAPP"], keyring, self._lease)
        try:
            registry.find(claim.name)(context, **claim.arguments)
        except ledger.LostLease:
            raise
        except Postponed as later:
            until = later.until
            return lambda session, claim: ledger.postpone(session, claim, until)
        except Exception as error:
            line = one_line(error)
            log.error("a job failed", job=claim.name, id=claim.job_id, error=line, exc_info=True)
            return lambda session, claim: ledger.fail(session, claim, line)
        return ledger.finish

    def _renew(self, claim: Claim) -> None:
        self._tell(claim, lambda session, claim: ledger.hold(session, claim, self._lease))

    def _tell(self, claim: Claim, end: Callable[[Session, Claim], None]) -> None:
        with contextlib.suppress(ledger.LostLease):  # it has just ended, or its own write tells
            try:
                self._note(lambda session: end(session, claim))
            except SQLAlchemyError as error:
                log.warning("a lease was not kept", job=claim.name, error=one_line(error))

    def _note(self, write: Callable[[Session], None]) -> None:
        with closing(new_session()) as session:
            write(session)
            session.commit()


def one_line(error: BaseException) -> str:
    """The first line of an error, without the values of a statement or a password in a URL."""
    first = str(error).partition("\n")[0]
    line = plain_text(f"{type(error).__name__}: {first}" if first else type(error).__name__)
    return str(redact(None, "", {"error": line})["error"])
