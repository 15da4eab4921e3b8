"""The queue engine of JOBS_URL: tells workers on every host which job to look at."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock
from time import monotonic
from typing import Any

import structlog
from flask import Flask

from shopapp.logs import redact

_SILENCE = 30.0  # seconds for which a page does not ask an engine that did not answer

log = structlog.get_logger(__name__)


class EngineDown(Exception):
    """The engine does not answer. The ledger has every job: it is polled meanwhile."""


class Engine:
    """A queue of job ids on Redis or PostgreSQL. A lost or doubled id costs nothing but time."""

    def __init__(self, url: str) -> None:
        from shopapp.jobs import carriers  # slow to import, and polling needs none of it

        self._carriers = carriers
        self._url = url
        self._lock = Lock()
        self._opened: Any = None
        self._silent_until = 0.0
        self._is_down = False

    def ring(self, job_ids: Iterable[str]) -> None:
        """Put ids into the queue; an engine that does not answer is left alone for a while."""
        if monotonic() < self._silent_until:
            return
        try:
            for job_id in job_ids:
                self._asked(lambda huey, job_id=job_id: huey.enqueue(huey.job.s(job_id)))
        except EngineDown:
            self._silent_until = monotonic() + _SILENCE

    def next_id(self) -> str | None:
        """The id that waits longest; waits a second for one. Raises EngineDown."""
        task = self._asked(lambda huey: huey.dequeue())
        return None if task is None else str(task.args[0])

    def waiting(self) -> int:
        """How many ids wait to be heard. Raises EngineDown."""
        return int(self._asked(lambda huey: huey.pending_count()))

    def close(self) -> None:
        """Let go of this thread's connections; the next question opens new ones."""
        with self._lock:
            if self._opened is not None:
                self._opened.storage.close()

    def _asked(self, ask: Any) -> Any:
        try:
            answer = ask(self._huey())
        except self._carriers.DOWN as error:
            if not self._is_down:
                reason = redact(None, "", {"error": str(error).partition("\n")[0]})["error"]
                log.warning("the queue engine does not answer: the ledger is polled", error=reason)
            self._is_down = True
            raise EngineDown from error
        if self._is_down:
            log.info("the queue engine answers again")
        self._is_down, self._silent_until = False, 0.0
        return answer

    def _huey(self) -> Any:
        with self._lock:
            if self._opened is None:
                self._opened = self._carriers.opened(self._url)
            return self._opened


def of(app: Flask) -> Engine | None:
    """The engine of JOBS_URL; None without one."""
    url = app.config["SHOPAPP"].jobs_url
    if not url:
        return None
    made = app.extensions
    engine: Engine = made.get("shopapp_engine") or made.setdefault("shopapp_engine", Engine(url))
    return engine
