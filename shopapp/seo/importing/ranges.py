"""Which days a table covers: from the export's own files, its header, or the person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shopapp.seo.importing.columns import Period
from shopapp.sheets.refusing import Unreadable

_DATES = re.compile(
    r"(\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4})\s*(?:-|–|to|bis|au|a|al|tot)\s*"
    r"(\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4})"
)
_LATER_YEAR = re.compile(r"year|jahr|année|\ban\b|año|anno|jaar|\bano\b", re.IGNORECASE)
_EARLIER = re.compile(
    r"previous|vorherig|vorig|précédent|anterior|precedent|year|jahr|année|año|anno|jaar|\bano\b",
    re.IGNORECASE,
)
LONGEST = 550  # days; Search Console keeps sixteen months


@dataclass(frozen=True, slots=True)
class Range:
    """The days first to last, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days that is."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Range:
        """The same number of days directly before."""
        return Range(self.first - timedelta(days=self.days), self.first - timedelta(days=1))


def typed(options: Mapping[str, str]) -> Range | None:
    """The range given beside the file; raises Unreadable when only half of it is there."""
    first, last = (options.get(name, "").strip() for name in ("first_day", "last_day"))
    if not first and not last:
        return None
    try:
        return checked(Range(date.fromisoformat(first), date.fromisoformat(last)))
    except ValueError as error:
        raise Unreadable("Give both the first and the last day, as year-month-day.") from error


def charted(days: Iterable[str]) -> Range | None:
    """The range of a chart's days (2026-11-01, …)."""
    read = sorted(each for each in map(_iso, days) if each)
    return checked(Range(read[0], read[-1])) if read else None


def assigned(
    periods: Sequence[Period], known: Range | None, *, is_english: bool
) -> list[tuple[Period, Range]]:
    """Each period with its days, the newest first.

    A comparison whose labels hold no dates is taken as the range before, unless it says that it
    is a year's: then it is left out. Raises Unreadable when nothing tells the days.
    """
    dated = [(period, labelled(period.label, is_english=is_english)) for period in periods]
    if all(each is not None for _, each in dated):
        certain = [(period, each) for period, each in dated if each is not None]
        return sorted(certain, key=lambda pair: pair[1].last, reverse=True)
    if known is None:
        raise Unreadable(
            "The file does not say which days it covers. Give the first and the last day, or "
            "upload the whole zip file of the export: its chart says it."
        )
    if len(periods) == 1:
        return [(periods[0], known)]
    newer, older = sorted(periods, key=lambda period: bool(_EARLIER.search(period.label)))
    pairs = [(newer, known)]
    return pairs if _LATER_YEAR.search(older.label) else [*pairs, (older, known.before)]


def labelled(label: str, *, is_english: bool) -> Range | None:
    """The range in a column's label: '11/1/26 - 11/28/26', '01.11.26 - 28.11.26'."""
    found = _DATES.search(label)
    if found is None:
        return None
    for month_first in (is_english, not is_english):
        first, last = (_day(text, month_first=month_first) for text in found.groups())
        if first and last and first <= last:
            return checked(Range(first, last))
    return None


def checked(given: Range) -> Range:
    """The range, if it can be one; raises Unreadable."""
    if given.last < given.first:
        raise Unreadable("The last day lies before the first day. Turn them round.")
    if given.days > LONGEST:
        raise Unreadable("That is more than the sixteen months Search Console keeps.")
    return given


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def _day(text: str, *, month_first: bool) -> date | None:
    if "-" in text:
        return _iso(text)
    one, two, year = (int(part) for part in re.split(r"[./]", text))
    day, month = (two, one) if month_first and "/" in text else (one, two)
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None
