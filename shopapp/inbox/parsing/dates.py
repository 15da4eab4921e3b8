"""The Date header as a moment in UTC, or a note why there is none."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from shopapp.inbox.parsing.addresses import without_remarks
from shopapp.inbox.parsing.encoded_words import one_line
from shopapp.inbox.parsing.notes import Notes

FIRST_YEAR = 1960
"""RFC 2822 has mails of 1969 among its examples."""

LAST_YEAR = 2100
TOLERANCE = timedelta(days=1)
"""How far ahead of `now` a clock may run."""


def sent_at(value: str, now: datetime | None, notes: Notes) -> datetime | None:
    """The moment in UTC; None with a note where it is missing, unreadable, in the future or absurd.

    Without `now` only the years outside 1960 to 2100 are absurd.
    """
    written = one_line(value)[:100]
    if not written:
        notes.add("no Date")
        return None
    moment = _moment(re.sub(r"\s*:\s*", ":", one_line(without_remarks(value[:1000]))))
    if moment is None:
        notes.add(f"unreadable Date: {written}")
    elif not FIRST_YEAR <= moment.year <= LAST_YEAR:
        notes.add(f"absurd Date: {written}")
    elif now is not None and moment > now + TOLERANCE:
        notes.add(f"Date in the future: {written}")
    else:
        return moment
    return None


def _moment(written: str) -> datetime | None:
    """RFC 5322's form in its many spellings, else ISO 8601's."""
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(written)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
            continue
    return None
