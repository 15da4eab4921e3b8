"""Results in words: shares, spans of time, classes, and what groups are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shopapp.accounts import queries as people
from shopapp.drafts.learning.reward import EditClass
from shopapp.drafts.measuring.ranges import Range
from shopapp.drafts.queries.results import By
from shopapp.drafts.views.asking import Question
from shopapp.mail import queries as mails
from shopapp.web.access import Scope

CLASSES = {
    EditClass.AS_IS: "As is",
    EditClass.LIGHT: "Light edit",
    EditClass.MODERATE: "Moderate edit",
    EditClass.REWRITE: "Rewritten",
    EditClass.DISCARDED: "Discarded",
    EditClass.STALE: "Stale",
}
MEANINGS = {
    EditClass.AS_IS: "sent with not a word changed",
    EditClass.LIGHT: "up to 10% of the words changed",
    EditClass.MODERATE: "up to 40% changed",
    EditClass.REWRITE: "more than 40% changed",
    EditClass.DISCARDED: "thrown away",
    EditClass.STALE: "the conversation moved on before anybody used it",
}
_FIXED: Mapping[By, Mapping[str, str]] = {
    By.CLASS: {each.value: text for each, text in CLASSES.items()},
    By.SUBJECT: {
        "ticket": "Replies to customers",
        "purchase_order": "Vendors",
        "seo": "Search results",
    },
}
NOTHING = {
    By.PROMPT: "No prompt",
    By.INTENT: "Not recognised",
    By.MAILBOX: "No mailbox",
    By.AGENT: "Nobody yet",
    By.CLASS: "Not ended",
}


def percent(share: float | None) -> str:
    """A share of 1 as '12%', '3.4%' below ten; '' for none."""
    if share is None:
        return ""
    value = 100 * share
    return f"{value:.1f}%" if 0 < value < 9.95 else f"{value:.0f}%"


def seconds(value: float) -> str:
    """A span of time for people: '1 min 05 s', '40 s', '−12 s'."""
    sign, whole = ("−" if value <= -0.5 else ""), round(abs(value))
    minutes, rest = divmod(whole, 60)
    return f"{sign}{minutes} min {rest:02} s" if minutes else f"{sign}{rest} s"


def milliseconds(value: float | None) -> str:
    """How long a draft took: '850 ms', '2.4 s'."""
    if value is None:
        return ""
    return f"{value:.0f} ms" if value < 1000 else f"{value / 1000:.1f} s"


def week(days: Range) -> str:
    """A week by its days: '2–8 Nov', '30 Nov – 6 Dec'."""
    first, last = days.first, days.last
    if first == last:
        return f"{first.day} {first:%b}"
    if first.month == last.month:
        return f"{first.day}–{last.day} {last:%b}"
    return f"{first.day} {first:%b} – {last.day} {last:%b}"


def request(intent: str) -> str:
    """What a mail asks for, as people read it: 'Where is my order'."""
    return intent.replace("-", " ").capitalize()


def day(moment: datetime, question: Question) -> str:
    """The day of a moment in the store's zone: '12 Nov'."""
    local = moment.astimezone(question.zone)
    return f"{local.day} {local:%b}"


@dataclass(frozen=True, slots=True)
class Names:
    """What the groups of some grouping are called, by their keys."""

    by: By
    known: Mapping[str, str] = field(default_factory=dict)

    def of(self, key: str) -> str:
        """The name of a group; one that is gone says so."""
        if not key and self.by is not By.WEEK:
            return NOTHING.get(self.by, "Unknown")
        if self.by is By.INTENT:
            return request(key)
        return self.known.get(key) or (_GONE.get(self.by) or key)


_GONE = {By.MAILBOX: "A mailbox that was removed", By.AGENT: "Somebody who left"}


def names(here: Scope, question: Question, by: By | None = None) -> Names:
    """The names for a grouping, by one query where rows have them."""
    wanted = by or question.by
    if wanted is By.MAILBOX:
        rows = mails.mailboxes(here.session)
        return Names(wanted, {row.id: row.address for row in rows})
    if wanted is By.AGENT:
        found = [each.user for each in people.members(here.session, here.store.id)]
        return Names(wanted, {user.id: user.name or user.email for user in found})
    if wanted is By.WEEK:
        weeks = question.days.weeks()
        return Names(wanted, {str(at): week(days) for at, days in enumerate(weeks)})
    return Names(wanted, _FIXED.get(wanted, {}))
