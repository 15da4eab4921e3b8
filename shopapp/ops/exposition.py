"""/metrics as text: this process's counters, and the installation's gauges, read seldom."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from prometheus_client import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from shopapp.config import Config
from shopapp.ops import gauges
from shopapp.web.measuring import Recorder

KEPT_SECONDS = 15.0  # however often one scrapes, the database is asked once in this time


@dataclass
class Exposition(Collector):
    """The text for one app; safe to ask from several threads."""

    engine: Engine
    config: Config
    recorder: Recorder
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _gauges: list[Metric] = field(default_factory=list)
    _read_at: float | None = None

    def text(self) -> bytes:
        """The Prometheus text format."""
        return generate_latest(self)

    def collect(self) -> Iterator[Metric]:
        """Every family of numbers."""
        yield from self._of_the_database()
        yield gauges.pool(self.engine, str(os.getpid()))
        yield from self.recorder.registry.collect()

    def _of_the_database(self) -> list[Metric]:
        with self._lock:
            now = time.monotonic()
            if self._read_at is None or now - self._read_at >= KEPT_SECONDS:
                self._gauges, self._read_at = self._read(), now
            return self._gauges

    def _read(self) -> list[Metric]:
        """What the database says, and whether it answered: a gap must not look like a zero."""
        try:
            return [*gauges.gauges(self.engine, self.config), gauges.up(True)]
        except SQLAlchemyError:
            return [gauges.up(False)]
