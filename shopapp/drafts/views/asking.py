"""What the results page is asked for: days and grouping, all of it in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import request, url_for

from shopapp import clock
from shopapp.accounts.models import Role
from shopapp.drafts.measuring import ranges
from shopapp.drafts.measuring.ranges import Range
from shopapp.drafts.queries.results import Asked, By
from shopapp.web.access import Scope

GROUPS = {
    By.MODEL: "Model",
    By.VERSION: "Version",
    By.PROMPT: "Prompt version",
    By.INTENT: "Request",
    By.MAILBOX: "Mailbox",
    By.AGENT: "Agent",
    By.SUBJECT: "Written for",
    By.WEEK: "Week",
}


@dataclass(frozen=True, slots=True)
class Question:
    """The days, the grouping, and whose drafts may be told apart."""

    days: Range
    by: By
    zone: ZoneInfo
    own_id: str | None

    def asked(self, days: Range | None = None) -> Asked:
        """For the queries: these days, or others."""
        wanted = days or self.days
        since, until = wanted.moments(self.zone)
        weeks = tuple(week.moments(self.zone)[0] for week in wanted.weeks())
        return Asked(since, until, clock.now(), weeks)

    @property
    def only(self) -> str | None:
        """The one group this person may see: among agents', who is no admin only their own."""
        return self.own_id if self.by is By.AGENT else None

    def url(self, endpoint: str = "drafts.overview", **other: str) -> str:
        """The address of this question with something `other`."""
        kept: dict[str, Any] = {"by": self.by.value} if self.by is not By.MODEL else {}
        if self.days.is_own:
            kept |= {"from": self.days.first.isoformat(), "to": self.days.last.isoformat()}
        elif self.days.days != ranges.USUAL:
            kept |= {"range": str(self.days.days)}
        if "range" in other:
            kept = {name: kept[name] for name in kept if name == "by"}
        return url_for(endpoint, **(kept | other))


def question(here: Scope) -> Question:
    """What the address asks; what it asks wrongly goes without saying."""
    given = request.args
    days = ranges.asked(
        given.get("range", ""),
        given.get("from", ""),
        given.get("to", ""),
        today=clock.today(here.store.timezone),
    )
    by = next((each for each in GROUPS if each == given.get("by")), By.MODEL)
    own_id = None if here.role is Role.ADMIN else here.user.id
    return Question(days, by, ZoneInfo(here.store.timezone), own_id)
