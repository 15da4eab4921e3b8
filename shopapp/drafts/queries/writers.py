"""Who writes a store's drafts, and what that has cost this month."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import case, func, select

from shopapp.db import Session
from shopapp.drafts.models import CallState, ModelCall, ModelMonth, ModelService, ServiceKind


@dataclass(frozen=True, slots=True)
class MonthSoFar:
    """Money spent and held in a month, and calls: all, in vain, and without a known price."""

    month: str
    spent: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)
    calls: int = 0
    failures: int = 0
    unpriced: int = 0
    tokens_in: int = 0
    tokens_out: int = 0


def model_service(session: Session) -> ModelService | None:
    """The store's choice; None: the embedded drafter writes."""
    return session.scalar(select(ModelService))


def language_model(session: Session) -> ModelService | None:
    """The language model a store has chosen; None where the embedded drafter writes."""
    service = model_service(session)
    return None if service is None or service.kind is ServiceKind.EMBEDDED else service


def month_so_far(session: Session, month: str) -> MonthSoFar:
    """What the model's calls in `month`, "2026-11", came to until now."""
    kept = session.execute(
        select(ModelMonth.spent, ModelMonth.reserved).where(ModelMonth.month == month)
    ).one_or_none()
    if kept is None:
        return MonthSoFar(month)
    failed = case((ModelCall.state == CallState.FAILED, 1))
    unpriced = case((ModelCall.reserved.is_(None), 1))
    tokens = (ModelCall.tokens_in, ModelCall.tokens_out)
    totals = (func.coalesce(func.sum(one), 0) for one in tokens)
    counted = session.execute(
        select(func.count(), func.count(failed), func.count(unpriced), *totals).where(
            ModelCall.month == month
        )
    ).one()
    return MonthSoFar(month, kept.spent, kept.reserved, *map(int, counted))
