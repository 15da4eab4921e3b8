"""Bounds of a call: how long it may take, how much may come, how often it is tried again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import httpx

from shopapp.connectors.errors import ConnectorError, Temporary
from shopapp.connectors.llm.failures import garbled, too_slow
from shopapp.connectors.llm.shapes import Busy, Interrupted

LARGEST = 4_000_000  # bytes of an answer; a long letter has a few thousand, streamed fifty times it
_ATTEMPTS, _FIRST_PAUSE = 3, 0.5
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Watch:
    """Time as calls see it, in seconds: a clock that only goes on, and waiting."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a whole call is over, tries and pauses included."""

    watch: Watch
    ends: float

    def left(self) -> float:
        """Seconds that remain; raises Interrupted when there are none."""
        seconds = self.ends - self.watch.now()
        if seconds <= 0:
            raise too_slow()
        return seconds


def tried(once: Callable[[], T], deadline: Deadline) -> T:
    """What `once` gives, at the third try at the latest.

    Only what never reached the model is asked again: a call that broke off may be billed.
    """
    for attempt in range(_ATTEMPTS):
        try:
            return once()
        except Temporary as error:
            pause = _pause(error, attempt)
            is_last = attempt == _ATTEMPTS - 1 or isinstance(error, Interrupted)
            if is_last or pause >= deadline.ends - deadline.watch.now():
                raise
        deadline.watch.sleep(pause)
    raise AssertionError


def _pause(error: ConnectorError, attempt: int) -> float:
    """As long as the service said, else half a second, one, two."""
    if isinstance(error, Busy) and error.after is not None:
        return error.after.total_seconds()
    return float(_FIRST_PAUSE * 2**attempt)


@dataclass
class Bounded(httpx.SyncByteStream):
    """A body that ends with an error once too much came, or the time is up."""

    inner: httpx.SyncByteStream
    deadline: Deadline
    came: int = field(default=0, init=False)

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.inner:
            self.came += len(piece)
            if self.came > LARGEST:
                raise garbled()
            self.deadline.left()
            yield piece

    def close(self) -> None:
        self.inner.close()
