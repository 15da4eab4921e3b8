"""The audit log as pages ask for it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select

from shopapp.audit.models import AuditEvent
from shopapp.db import Base, Session


def log(*, actor_id: str = "", action: str = "") -> Select[AuditEvent]:
    """Every line, or those of one person, of one action, or both; unordered, for a page."""
    statement = select(AuditEvent)
    if actor_id:
        statement = statement.where(AuditEvent.actor_id == actor_id)
    if action:
        statement = statement.where(AuditEvent.action == action)
    return statement


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
