"""The audit log as pages ask for it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, cast, or_, select

from shopapp.audit.models import AuditEvent
from shopapp.columns import CleanText
from shopapp.db import Base, Session

MOST_WORDS = 8
NOBODY = "shopapp"  # as an actor: what shopapp did by itself


@dataclass(frozen=True, slots=True)
class Filter:
    """Which lines are asked for; what is empty does not matter.

    `actor` is a person's id or NOBODY, `kinds` are the beginnings of actions ("ticket"), `subject`
    is (table, id), `words` stand in the action, the name or the values.
    """

    actor: str = ""
    action: str = ""
    kinds: Sequence[str] = ()
    subject: tuple[str, str] | None = None
    source: str = ""
    since: datetime | None = None
    until: datetime | None = None
    words: str = ""


def log(wanted: Filter | None = None) -> Select[AuditEvent]:
    """The lines asked for, every line by default; unordered, for a page."""
    statement = select(AuditEvent)
    return statement.where(*_conditions(wanted)) if wanted else statement


def latest_of(
    session: Session, subject: Base, action: str, limit: int = 100
) -> Sequence[AuditEvent]:
    """The newest lines about one row and one action, newest first."""
    return session.scalars(
        select(AuditEvent)
        .where(
            AuditEvent.subject_type == subject.__tablename__,
            AuditEvent.subject_id == subject.id,
            AuditEvent.action == action,
        )
        .order_by(AuditEvent.created_at.desc(), AuditEvent.id.desc())
        .limit(limit)
    ).all()


def _conditions(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    if wanted.actor:
        yield _by(wanted.actor)
    if wanted.action:
        yield AuditEvent.action == wanted.action
    if wanted.kinds:
        yield or_(*(AuditEvent.action.startswith(f"{kind}.") for kind in wanted.kinds))
    if wanted.subject:
        table, row_id = wanted.subject
        yield and_(AuditEvent.subject_type == table, AuditEvent.subject_id == row_id)
    if wanted.source:
        yield AuditEvent.source == wanted.source
    if wanted.since:
        yield AuditEvent.created_at >= wanted.since
    if wanted.until:
        yield AuditEvent.created_at < wanted.until
    yield from map(_holds, wanted.words.split()[:MOST_WORDS])


def _by(actor: str) -> ColumnElement[bool]:
    if actor == NOBODY:
        return AuditEvent.actor_id.is_(None)
    return AuditEvent.actor_id == actor


def _holds(word: str) -> ColumnElement[bool]:
    """JSON is kept as text with escapes on one dialect and without on the other."""
    escaped = json.dumps(word)[1:-1]
    values = (cast(AuditEvent.before, CleanText), cast(AuditEvent.after, CleanText))
    return or_(
        AuditEvent.action.icontains(word, autoescape=True),
        AuditEvent.actor_name.icontains(word, autoescape=True),
        *(text.icontains(each, autoescape=True) for text in values for each in {word, escaped}),
    )
