"""What requests cost, counted by each process for /metrics: how many, how long, how much SQL."""

from __future__ import annotations

import os
import time
from typing import Any

import prometheus_client
from flask import Flask, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram
from sqlalchemy import event
from werkzeug.wrappers import Response

from shopapp.db import db

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]


class Recorder:
    """The counters of this app; `process` tells apart what several processes counted."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Histogram(
            "shopapp_request_seconds",
            "Seconds until an answer began, by endpoint and status.",
            ("process", "endpoint", "status"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._statements = Counter(
            "shopapp_statements", "SQL statements.", ("process",), registry=self.registry
        )

    def answered(self, endpoint: str, status: int, seconds: float) -> None:
        """An answer began."""
        self._requests.labels(str(os.getpid()), endpoint, str(status)).observe(seconds)

    def executed(self, *_cursor: Any) -> None:
        """A statement was sent; BEGIN and the binding to a store count as well."""
        self._statements.labels(str(os.getpid())).inc()


def install(app: Flask) -> None:
    """Count from now on."""
    app.extensions["shopapp_recorder"] = made = Recorder()
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", made.executed)
    app.before_request(_begin)
    app.after_request(_end)


def recorder() -> Recorder:
    """The counters of the app that answers this request."""
    found: Recorder = current_app.extensions["shopapp_recorder"]
    return found


def _begin() -> None:
    g.asked_at = time.perf_counter()


def _end(response: Response) -> Response:
    """Addresses that lead nowhere are one endpoint: a scanner must not fill the table."""
    if "asked_at" in g:
        seconds = time.perf_counter() - g.asked_at
        recorder().answered(request.endpoint or "none", response.status_code, seconds)
    return response
