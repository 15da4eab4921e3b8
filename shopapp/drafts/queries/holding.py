"""Which tickets are in the comparison of replies with and without a draft."""

from __future__ import annotations

from sqlalchemy import select

from shopapp.db import Session
from shopapp.drafts.models import Arm, DraftArm, ModelService


def share(session: Session) -> int:
    """The percentage of new tickets that get no draft; 0 where nobody asked for a comparison."""
    return session.scalar(select(ModelService.hold_out)) or 0


def arm_of(session: Session, ticket_id: str) -> DraftArm | None:
    """The ticket's side of the comparison, if it has one."""
    return session.scalar(select(DraftArm).where(DraftArm.ticket_id == ticket_id))


def is_held_out(session: Session, ticket_id: str) -> bool:
    """Whether the ticket gets no draft, so that replies without one can be measured."""
    row = arm_of(session, ticket_id)
    return row is not None and row.arm is Arm.HELD_OUT and row.left_at is None
