"""The job "purchasing.plan": proposals to buy what runs out, one for each vendor and day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from shopapp import clock
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.jobs.context import JobContext
from shopapp.jobs.registry import handler
from shopapp.purchasing import planning
from shopapp.purchasing.actions import drafting, vendors
from shopapp.purchasing.actions.editing import drop_lines
from shopapp.purchasing.models import PurchaseOrder, PurchaseOrderLine, Vendor
from shopapp.purchasing.models import PurchaseOrderStatus as S
from shopapp.purchasing.planning import Need
from shopapp.purchasing.queries import articles
from shopapp.purchasing.queries.supply import ON_ORDER
from shopapp.stores.models import Store
from shopapp.tenancy import store_of

FIXED = ("sku", "vendor_sku", "title", "quantity", "recommended_quantity", "unit_cost", "reason")


@handler("purchasing.plan")
def plan(context: JobContext) -> None:
    """Propose what the last measure recommends; a second run finds nothing left to do."""
    with context.transaction() as session:
        propose(session)


def propose(session: Session) -> int:
    """Write today's proposals from the latest measure; how many orders were made or changed."""
    day = _alone(session)
    measured = articles.measured_on(session)
    if measured is None:
        return 0
    untouched = {order.vendor_id: order for order in _untouched(session)}
    unmet = planning.unmet(
        articles.needs(session, measured), _standing(session, untouched.values()), _coming(session)
    )
    known = vendors.known_for(session, unmet)
    settled = _settled(session, day)
    changes = 0
    for name, needs in unmet.items():
        order = untouched.pop(known[name].id, None)
        if order is None and known[name].id in settled:
            continue
        changes += _written(session, order, known[name], needs[: drafting.MOST_LINES], day)
    for order in untouched.values():
        changes += _taken_back(session, order)
    return changes


def _alone(session: Session) -> date:
    """Wait for other planners of this store; today there. Its rows can still be referred to."""
    store = session.scalars(
        select(Store)
        .where(Store.id == store_of(session))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()
    return clock.today(store.timezone)


def _untouched(session: Session) -> Sequence[PurchaseOrder]:
    """Proposals no person has changed, held; the newest of a vendor comes last."""
    return session.scalars(
        select(PurchaseOrder)
        .options(joinedload(PurchaseOrder.vendor), selectinload(PurchaseOrder.lines))
        .where(
            PurchaseOrder.status == S.DRAFT,
            PurchaseOrder.origin_day.is_not(None),
            PurchaseOrder.is_touched.is_(False),
            PurchaseOrder.number.is_(None),
        )
        .order_by(PurchaseOrder.origin_day)
        .with_for_update(of=PurchaseOrder)
        .execution_options(populate_existing=True)
    ).all()


def _standing(session: Session, but: Any) -> set[str]:
    """The variants on drafts, these proposals left out."""
    rows = session.scalars(
        select(PurchaseOrderLine.variant_id)
        .join(PurchaseOrder, PurchaseOrderLine.purchase_order_id == PurchaseOrder.id)
        .where(
            PurchaseOrder.status == S.DRAFT,
            PurchaseOrder.id.not_in([order.id for order in but]),
            PurchaseOrderLine.variant_id.is_not(None),
        )
    )
    return {variant for variant in rows if variant is not None}


def _coming(session: Session) -> dict[str, int]:
    """Units that approved and sent orders still bring, by variant."""
    line = PurchaseOrderLine
    rows = session.execute(
        select(line.variant_id, func.sum(line.quantity - line.received))
        .join(PurchaseOrder, line.purchase_order_id == PurchaseOrder.id)
        .where(PurchaseOrder.status.in_(ON_ORDER), line.variant_id.is_not(None))
        .group_by(line.variant_id)
    )
    return {variant: int(units) for variant, units in rows if variant is not None}


def _settled(session: Session, day: date) -> set[str]:
    """The vendors whose proposal of today a person has taken up already."""
    rows = session.scalars(select(PurchaseOrder.vendor_id).where(PurchaseOrder.origin_day == day))
    return set(rows)


def _written(
    session: Session, order: PurchaseOrder | None, vendor: Vendor, needs: list[Need], day: date
) -> int:
    lines = _lines(session, vendor, needs)
    if order is None:
        order = drafting.new_order(session, vendor, by=None)
        order.origin_day, order.lines = day, lines
        session.flush()
        _note(session, order, "proposed")
        return 1
    fresh = (day, vendor.currency, drafting.expected(session, vendor))
    is_same = [_facts(line) for line in order.lines] == [_facts(line) for line in lines]
    if is_same and (order.origin_day, order.currency, order.expected_at) == fresh:
        return 0
    order.origin_day, order.currency, order.expected_at = fresh
    order.updated_at = clock.now()
    if not is_same:
        drop_lines(session, order, order.lines)
        session.flush()
        order.lines.extend(lines)
    session.flush()
    _note(session, order, "refreshed")
    return 1


def _lines(session: Session, vendor: Vendor, needs: list[Need]) -> list[PurchaseOrderLine]:
    found = articles.articles(session, [need.variant_id for need in needs])
    lines = drafting.lines_of(session, vendor, (found[need.variant_id] for need in needs))
    for line, need in zip(lines, needs, strict=True):
        line.quantity = line.recommended_quantity = need.recommended
        line.reason = need.reason
    return lines


def _facts(line: PurchaseOrderLine) -> tuple[Any, ...]:
    return (line.variant_id, *(getattr(line, name) for name in FIXED))


def _taken_back(session: Session, order: PurchaseOrder) -> int:
    """Nothing of this vendor is needed any more, and nobody has looked at the proposal."""
    _note(session, order, "withdrawn")
    drop_lines(session, order, order.lines)
    session.flush()
    session.delete(order)
    session.flush()
    return 1


def _note(session: Session, order: PurchaseOrder, verb: str) -> None:
    told = {"day": str(order.origin_day), "lines": len(order.lines)}
    name = f"purchase_order.{verb}"
    record(session, name, order, by=None, after=told, source="planning")
