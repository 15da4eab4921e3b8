"""Minutes a kind of work takes this team: the gaps between what a person finished (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median

LONGEST = 15
"""Minutes; a longer gap was a break, not work."""
FEWEST = 5
"""Gaps below which a median says nothing."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something a person finished, of a kind of Today's."""

    actor_id: str
    kind: str
    at: datetime


def medians(deeds: Iterable[Deed]) -> dict[str, int]:
    """Whole minutes by kind, at least one: the median gap from a person's deed to the next.

    A kind with too few gaps is left out: its constant holds.
    """
    gaps: dict[str, list[float]] = {}
    last: dict[str, datetime] = {}
    for deed in sorted(deeds, key=lambda each: (each.at, each.kind)):
        if deed.actor_id in last:
            minutes = (deed.at - last[deed.actor_id]).total_seconds() / 60
            if minutes <= LONGEST:
                gaps.setdefault(deed.kind, []).append(minutes)
        last[deed.actor_id] = deed.at
    return {
        kind: max(1, round(median(found))) for kind, found in gaps.items() if len(found) >= FEWEST
    }
