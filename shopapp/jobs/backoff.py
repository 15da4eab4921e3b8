"""How long to wait before trying again: twice as long each time, never all at once."""

from __future__ import annotations

import random
from datetime import timedelta


def pause(attempt: int, *, first: timedelta, longest: timedelta) -> timedelta:
    """The wait after the failed `attempt` (1, 2, …): `first` doubled each time up to `longest`.

    Between half and all of it is taken at random ("equal jitter"), so that work that failed
    together does not come back together.
    """
    doubled = first * 2 ** min(attempt - 1, 30)
    wait: timedelta = min(doubled, longest) * random.uniform(0.5, 1.0)
    return wait
