"""Which drafts an export takes: when they were made, what for, by which model, in which intent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shopapp.drafts.models import DraftSubject
from shopapp.refusals import Invalid

NAMES = ("since", "until", "subject", "intent", "model", "language")


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty texts narrow nothing. `since` and `until` are days, both included, as 2026-11-26."""

    since: str = ""
    until: str = ""
    subject: str = ""
    intent: str = ""
    model: str = ""
    language: str = ""

    @classmethod
    def read(cls, typed: Mapping[str, Any]) -> Filters:
        """What was typed or stored; raises Invalid for a day that is none or an empty range."""
        filters = cls(**{name: str(typed.get(name) or "").strip()[:200] for name in NAMES})
        first, last = _day(filters.since, "since"), _day(filters.until, "until")
        if first and last and last < first:
            message = "The last day lies before the first: swap them."
            raise Invalid(message, "until")
        if filters.subject and filters.subject not in set(DraftSubject):
            message = f"Drafts are made for {', '.join(DraftSubject)}: choose one of these."
            raise Invalid(message, "subject")
        return filters

    def stored(self) -> dict[str, str]:
        """What narrows, by name."""
        return {name: value for name, value in asdict(self).items() if value}

    def begins(self, timezone: str) -> datetime | None:
        """The first moment of `since` in the store's zone."""
        return _midnight(_day(self.since, "since"), timezone)

    def ends(self, timezone: str) -> datetime | None:
        """The first moment after `until` in the store's zone."""
        day = _day(self.until, "until")
        return _midnight(day + timedelta(days=1), timezone) if day else None


def _day(text: str, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        message = f"“{text}” is not a day: write it as 2026-11-26."
        raise Invalid(message, name) from None


def _midnight(day: date | None, timezone: str) -> datetime | None:
    if day is None:
        return None
    return datetime.combine(day, time(), ZoneInfo(timezone)).astimezone(UTC)
