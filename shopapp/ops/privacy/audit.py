"""Lines of the audit log without what they said about the person: the log itself never changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select

from shopapp.audit.models import AuditEvent
from shopapp.db import Session
from shopapp.ops.database import audit_unlocked
from shopapp.ops.privacy import own

_BATCH = 500


def rewrite(session: Session, which: ColumnElement[bool], change: Callable[[Any], Any]) -> int:
    """Put lines back with `change` made to their values before and after; how many.

    Updates are refused to everybody, so a line leaves by the log's one door and comes back.
    """
    ids = session.scalars(select(AuditEvent.id).where(which).order_by(AuditEvent.id)).all()
    for start in range(0, len(ids), _BATCH):
        _replace(session, AuditEvent.id.in_(ids[start : start + _BATCH]), change)
    return len(ids)


def _replace(session: Session, which: Any, change: Callable[[Any], Any]) -> None:
    rows = [
        dict(row._mapping)
        for row in session.execute(select(*own.attributes(AuditEvent)).where(which))
    ]
    changed = [
        {**row, "before": change(row["before"]), "after": change(row["after"])} for row in rows
    ]
    with audit_unlocked(session.connection()):
        gone = delete(AuditEvent).where(which)
        session.execute(gone.execution_options(synchronize_session=False))
    session.execute(insert(AuditEvent), changed)
    session.expire_all()
