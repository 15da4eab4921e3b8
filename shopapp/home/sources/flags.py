"""Open flags on orders: what a rule or a person found, with its evidence."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.orm import joinedload

from shopapp.catalog.models import Order
from shopapp.db import Session
from shopapp.flags import rules
from shopapp.flags.models import FlagSeverity, FlagStatus, OrderFlag
from shopapp.home.ranking import Decision, Kind, flag_chance
from shopapp.home.standing import Standing, lasted


def decisions(session: Session, standing: Standing, most: int) -> Iterator[Decision]:
    """Flags that nobody settled or put aside, the gravest first."""
    gravity = {each: at for at, each in enumerate(FlagSeverity)}
    rows = session.execute(
        select(OrderFlag, Order.name, Order.total)
        .outerjoin(Order, Order.id == OrderFlag.order_id)
        .options(joinedload(OrderFlag.assignee))
        .where(OrderFlag.status == FlagStatus.OPEN)
        .order_by(case(gravity, value=OrderFlag.severity), OrderFlag.created_at, OrderFlag.id)
        .limit(most)
    )
    return (_decision(row, standing) for row in rows)


def _decision(row: Any, standing: Standing) -> Decision:
    flag: OrderFlag = row.OrderFlag
    days = standing.days_since(flag.created_at)
    return Decision(
        key=f"{Kind.FLAG}:{flag.id}",
        kind=Kind.FLAG,
        title=f"{rules.label(flag.flag_type)}: order {row.name or flag.shopify_order_id}",
        why=_why(flag, days),
        proposal="Settle it, then resolve the flag",
        verb="Resolve",
        stake=row.total or Decimal(0),
        chance=flag_chance(standing.weights, flag.severity.value, days=days),
        minutes=standing.minutes(Kind.FLAG, standing.weights.flag_minutes),
        since=flag.created_at,
        about=flag.shopify_order_id,
        version=str(flag.version),
        assignee=(flag.assignee.name or flag.assignee.email) if flag.assignee else "",
    )


def _why(flag: OrderFlag, days: float) -> str:
    facts = flag.evidence.get("facts")
    first = facts[0] if isinstance(facts, list) and facts else {}
    told = str(first.get("sentence", "")).rstrip(".") if isinstance(first, dict) else ""
    return f"{told or 'Flagged'}, open for {lasted(days * 24)}"
