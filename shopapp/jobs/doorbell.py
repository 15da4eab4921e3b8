"""The doorbell: a touched file, and with JOBS_URL the engine, tell workers to look at once."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path
from time import monotonic

from flask import current_app, has_app_context
from sqlalchemy import event

from shopapp import clock
from shopapp.db import Session
from shopapp.jobs import engine
from shopapp.jobs.models import Job

_GLANCE = 0.1


class Doorbell:
    """Lost rings cost nothing but time: the ledger is polled anyway."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "doorbell"

    def ring(self) -> None:
        """Wake the waiting workers; a folder that cannot be written stays silent."""
        with contextlib.suppress(OSError):
            self._file.touch()

    def heard(self) -> int:
        """A number that changes with every ring."""
        try:
            return self._file.stat().st_mtime_ns
        except OSError:
            return 0

    def wait(self, heard: int, seconds: float, stop: threading.Event) -> None:
        """Return when somebody rang since `heard`, when `stop` is set, or after `seconds`."""
        end = monotonic() + seconds
        while self.heard() == heard and monotonic() < end and not stop.wait(_GLANCE):
            pass


def ring_after_commit(session: Session, *jobs: Job) -> None:
    """Ring once the transaction that wrote `jobs` has committed, never before.

    An engine is told of jobs that are due; the sweeper tells it of the others in time.
    """
    due = [job.id for job in jobs if job.run_at <= clock.now()]
    session.info.setdefault("jobs_written", []).extend(due)


@event.listens_for(Session, "after_commit")
def _ring(session: Session) -> None:
    if session.in_nested_transaction():  # a savepoint was released; nobody else sees the job yet
        return
    due = session.info.pop("jobs_written", None)
    if due is None or not has_app_context():
        return
    Doorbell(current_app.config["SHOPAPP"].instance).ring()
    if queue := engine.of(current_app):
        queue.ring(due)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop("jobs_written", None)
