"""Measuring how long people actively work on a reply, from what their browsers tell."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.drafts.measuring import spans
from shopapp.drafts.models import ComposeTime

_OPEN = timedelta(hours=24)
"""How far back a page that was left open may tell of."""


def note(
    session: Session, reply_id: str, *, report: str | None, since: datetime, by: User
) -> ComposeTime | None:
    """Add a browser's report to what `by` has worked on the reply, nothing before `since`.

    None without a report that can be read: a browser without JavaScript measures nothing, which is
    not zero. The same report twice, or two tabs at once, count once.
    """
    now = clock.now()
    told = spans.told(report, _milliseconds(now)) if report else None
    if told is None:
        return None
    row = _row(session, reply_id, by)
    earliest = _milliseconds(max(since, now - _OPEN))
    known = [*row.spans, *told]
    merged = spans.joined(known, since=earliest, until=_milliseconds(now))
    before = spans.joined(row.spans, since=earliest, until=_milliseconds(now))
    row.milliseconds += spans.length(merged) - spans.length(before)
    row.spans = merged[-spans.MOST :]
    session.flush()
    return row


def total(session: Session, reply_id: str) -> int | None:
    """Whole seconds everybody together worked on a reply; None when nothing was measured."""
    known = session.scalar(
        select(func.sum(ComposeTime.milliseconds)).where(ComposeTime.ticket_message_id == reply_id)
    )
    return None if known is None else round(int(known) / 1000)


def forget_when(session: Session, reply_id: str) -> None:
    """The reply has left: when somebody worked on it is nobody's business, how long remains."""
    rows = session.scalars(select(ComposeTime).where(ComposeTime.ticket_message_id == reply_id))
    for row in rows:
        row.spans = []


def _row(session: Session, reply_id: str, by: User) -> ComposeTime:
    wanted = (
        select(ComposeTime)
        .where(ComposeTime.ticket_message_id == reply_id, ComposeTime.user_id == by.id)
        .with_for_update()
    )
    row = session.scalar(wanted)
    if row is not None:
        return row
    try:
        with session.begin_nested():
            row = ComposeTime(ticket_message_id=reply_id, user_id=by.id, milliseconds=0, spans=[])
            session.add(row)
    except IntegrityError:  # another tab was faster
        return session.scalars(wanted).one()
    return row


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
