"""How far a copy is: rows done of all, rows a second, time left."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

_EVERY = 1.0  # seconds between two lines


@dataclass(slots=True)
class Progress:
    """Counts rows and tells `say` about it once a second, and when a stage ends."""

    say: Callable[[str], None]
    total: int = 0
    done: int = 0
    stage: str = ""
    _begun: float = field(default_factory=time.monotonic)
    _said: float = field(default_factory=time.monotonic)

    def begin(self, stage: str, total: int) -> None:
        """Start counting from nothing: `total` rows are ahead."""
        self.stage, self.total, self.done = stage, total, 0
        self._begun = self._said = time.monotonic()

    def step(self, rows: int) -> None:
        """`rows` more are behind us."""
        self.done += rows
        now = time.monotonic()
        if now - self._said >= _EVERY or self.done == self.total:
            self._said = now
            self.say(str(self))

    @property
    def rate(self) -> float:
        """Rows a second since the stage began."""
        return self.done / max(time.monotonic() - self._begun, 1e-9)

    def __str__(self) -> str:
        left = timedelta(seconds=round(max(self.total - self.done, 0) / max(self.rate, 1)))
        return (
            f"{self.stage}: {self.done:,} of {self.total:,} rows, "
            f"{self.rate:,.0f} a second, {left} left"
        )
