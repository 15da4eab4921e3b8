"""Service levels: what is promised by priority, and when it falls due (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shopapp.inbox import hours
from shopapp.inbox.hours import Calendar

PRIORITIES = ("urgent", "high", "normal", "low")
TARGETS = ("first", "next", "resolution")
LABELS = {"first": "First response", "next": "Next response", "resolution": "Resolution"}
DEFAULTS: dict[str, dict[str, int | None]] = {
    "urgent": {"first": 60, "next": 60, "resolution": 480},
    "high": {"first": 120, "next": 240, "resolution": 960},
    "normal": {"first": 480, "next": 480, "resolution": 1440},
    "low": {"first": 960, "next": 960, "resolution": None},
}


@dataclass(frozen=True)
class Levels:
    """What a store promises: minutes by priority and target; None promises nothing."""

    is_on: bool
    in_business_hours: bool
    targets: Mapping[str, Mapping[str, int | None]]
    calendar: Calendar

    def due(self, since: datetime, priority: str, target: str) -> datetime | None:
        """When the promise made at `since` falls due."""
        minutes = self.targets.get(priority, {}).get(target)
        if not self.is_on or minutes is None:
            return None
        return hours.add_business_time(since, timedelta(minutes=minutes), self.clock)

    def shifted(self, since: datetime, paused_at: datetime, now: datetime) -> datetime:
        """The start of a clock that stood still from `paused_at` till `now`."""
        if since >= paused_at:
            return since
        stood = hours.business_time_between(paused_at, now, self.clock)
        return hours.add_business_time(since, stood, self.clock)

    @property
    def clock(self) -> Calendar:
        """The desk's calendar, or one that is open round the clock."""
        return self.calendar if self.in_business_hours else Calendar(self.calendar.zone)


@dataclass
class Clocks:
    """What a ticket's clocks show; see Ticket. Changed by `keep`."""

    waiting_since: datetime | None
    response_from: datetime | None
    resolution_from: datetime | None
    paused_at: datetime | None
    first_response_due_at: datetime | None = field(default=None, init=False)
    next_response_due_at: datetime | None = field(default=None, init=False)
    resolution_due_at: datetime | None = field(default=None, init=False)


def keep(
    clocks: Clocks,
    levels: Levels,
    *,
    priority: str,
    is_running: bool,
    is_done: bool,
    is_answered: bool,
    now: datetime,
) -> Clocks:
    """Stop or start the clocks and work out what is due.

    They run while it is our turn (`is_running`); of what `is_done` nothing is due; `is_answered`
    says that we have replied before, so that a wait is for the next response.
    """
    if is_running and clocks.paused_at is not None:
        for name in ("response_from", "resolution_from"):
            since = getattr(clocks, name)
            if since is not None:
                setattr(clocks, name, levels.shifted(since, clocks.paused_at, now))
        clocks.paused_at = None
    elif not is_running and clocks.paused_at is None:
        clocks.paused_at = now
    if is_done:
        return clocks
    if clocks.waiting_since is not None and clocks.response_from is not None:
        due = levels.due(clocks.response_from, priority, "next" if is_answered else "first")
        if is_answered:
            clocks.next_response_due_at = due
        else:
            clocks.first_response_due_at = due
    if clocks.resolution_from is not None:
        clocks.resolution_due_at = levels.due(clocks.resolution_from, priority, "resolution")
    return clocks


def levels_of(
    kept: Mapping[str, Any], calendar: Calendar, defaults: Mapping[str, Any] | None = None
) -> Levels:
    """The levels as settings keep them; what they do not say is the default (off)."""
    return Levels(
        is_on=bool(kept.get("is_on", False)),
        in_business_hours=bool(kept.get("in_business_hours", True)),
        targets=kept.get("targets") or defaults or DEFAULTS,
        calendar=calendar,
    )


def spoken(minutes: int | None) -> str:
    """90 as '1 h 30 min', None as ''."""
    if minutes is None:
        return ""
    whole, rest = divmod(minutes, 60)
    return " ".join(filter(None, (f"{whole} h" if whole else "", f"{rest} min" if rest else "")))
