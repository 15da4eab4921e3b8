"""What people finished, from the audit log: how much today, and how fast."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, func, select

from shopapp.audit.models import AuditEvent
from shopapp.db import Session
from shopapp.home.pace import Deed
from shopapp.home.ranking import Kind

DONE = {
    "reply.approved": Kind.TICKET,
    "ticket.closed": Kind.TICKET,
    "flag.resolved": Kind.FLAG,
    "flag.dismissed": Kind.FLAG,
    "purchase_order.approved": Kind.PURCHASE,
    "insight.started": Kind.INSIGHT,
    "insight.resolved": Kind.INSIGHT,
    "insight.ignored": Kind.INSIGHT,
}
UNDONE = ("reply.undone", "ticket.reopened", "flag.reopened", "insight.reopened")
_READ = 2_000


def handled_since(session: Session, moment: datetime) -> int:
    """How many things people finished since `moment`, less what they took back."""
    number = session.scalar(
        select(func.sum(case((AuditEvent.action.in_(list(DONE)), 1), else_=-1))).where(
            AuditEvent.created_at >= moment,
            AuditEvent.actor_id.is_not(None),
            AuditEvent.action.in_([*DONE, *UNDONE]),
        )
    )
    return max(0, number or 0)


def deeds(session: Session, since: datetime) -> Sequence[Deed]:
    """What people finished since then, the newest of it."""
    rows = session.execute(
        select(AuditEvent.actor_id, AuditEvent.action, AuditEvent.created_at)
        .where(
            AuditEvent.created_at >= since,
            AuditEvent.actor_id.is_not(None),
            AuditEvent.action.in_(list(DONE)),
        )
        .order_by(AuditEvent.created_at.desc())
        .limit(_READ)
    )
    return [Deed(row.actor_id or "", DONE[row.action], row.created_at) for row in rows]
