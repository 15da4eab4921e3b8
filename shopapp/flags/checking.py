"""The check: every mirrored order is put to the rules; flags open, follow, wake and close."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from shopapp import clock
from shopapp.audit.actions import record
from shopapp.catalog.models import Order
from shopapp.db import Session
from shopapp.flags import queries, rules
from shopapp.flags.models import FlagSeverity, FlagStatus, OrderFlag
from shopapp.flags.rules import Facts, Finding, Kind, Limits, Verdict
from shopapp.jobs.context import JobContext
from shopapp.jobs.registry import handler
from shopapp.stores.queries import settings
from shopapp.stores.registry import limit

BATCH = 500


@dataclass(slots=True)
class Report:
    """What a check did; `orders` is how many were put to the rules."""

    orders: int = 0
    raised: int = 0
    closed: int = 0
    woken: int = 0


@handler(queries.CHECK)
def check_job(context: JobContext) -> None:
    """Check the store's orders in short transactions; a second run changes nothing."""
    report = Report()
    for step in _STEPS:
        after: str | None = ""
        while after is not None:
            with context.transaction() as session:
                after = step(session, after, report)
    with context.transaction() as session:
        orders = _number_of_orders(session)
        context.progress(orders, orders)


def check(session: Session) -> Report:
    """Put every order to the rules; only flagged and suspicious ones are loaded."""
    report = Report()
    for step in _STEPS:
        after: str | None = ""
        while after is not None:
            after = step(session, after, report)
    report.orders = _number_of_orders(session)
    return report


def limits_of(session: Session) -> Limits:
    """The store's thresholds for the rules."""
    row = settings(session)
    return Limits(limit(row, "unfulfilled_hours"), Decimal(limit(row, "high_value_order")))


def facts_of(order: Order) -> Facts:
    """An order as the rules see it."""
    return Facts(
        order.placed_at,
        order.total,
        order.currency,
        order.financial_status,
        order.fulfillment_status,
        order.cancelled_at is not None,
    )


def _follow_flags(session: Session, after: str, report: Report) -> str | None:
    """Bring the next flags in step with their orders; the id to go on after."""
    now, limits = clock.now(), limits_of(session)
    batch = _next_flags(session, after, now)
    for flag in batch:
        _follow(session, flag, limits, now, report)
    session.flush()
    return batch[-1].id if batch else None


def _flag_orders(kind: Kind, session: Session, after: str, report: Report) -> str | None:
    """Flag the next orders that a rule fits; the id to go on after."""
    now, limits = clock.now(), limits_of(session)
    orders = _next_suspects(session, kind, _suspicion(kind, limits, now), after)
    verdicts = _verdicts(session, orders, kind)
    due = [
        (order, finding)
        for order in orders
        for finding in rules.findings(facts_of(order), limits, now)
        if finding.kind is kind
        and not rules.is_quiet(finding, verdicts.get(order.shopify_id, ()), limits, now)
    ]
    report.raised += _raised(session, due)
    return orders[-1].id if orders else None


_STEPS = (
    _follow_flags,
    partial(_flag_orders, Kind.UNFULFILLED),
    partial(_flag_orders, Kind.HIGH_VALUE),
)


def _suspicion(kind: Kind, limits: Limits, now: datetime) -> ColumnElement[bool]:
    """The orders that a rule may fit."""
    if kind is Kind.UNFULFILLED:
        return queries.is_overdue(limits.hours, now)
    return queries.is_valuable(limits.value)


def _next_flags(session: Session, after: str, now: datetime) -> Sequence[OrderFlag]:
    """Live flags of the rules, and whatever sleeps and is due.

    Each is locked, so that a second check waits for this one.
    """
    of_a_rule = OrderFlag.status.in_(queries.LIVE) & OrderFlag.flag_type.in_(rules.OF_RULES)
    is_due = (OrderFlag.status == FlagStatus.SNOOZED) & (OrderFlag.snoozed_until <= now)
    return session.scalars(
        select(OrderFlag)
        .options(joinedload(OrderFlag.order))
        .where(or_(of_a_rule, is_due), OrderFlag.id > after)
        .order_by(OrderFlag.id)
        .limit(BATCH)
        .with_for_update(of=OrderFlag)
        .execution_options(populate_existing=True)
    ).all()


def _next_suspects(
    session: Session, kind: Kind, suspicious: ColumnElement[bool], after: str
) -> Sequence[Order]:
    """Orders a rule may fit which have no live flag of its kind."""
    flagged = select(OrderFlag.id).where(
        OrderFlag.shopify_order_id == Order.shopify_id,
        OrderFlag.flag_type == kind.value,
        OrderFlag.status.in_(queries.LIVE),
    )
    return session.scalars(
        select(Order)
        .where(suspicious, ~flagged.exists(), Order.id > after)
        .order_by(Order.id)
        .limit(BATCH)
    ).all()


def _follow(
    session: Session, flag: OrderFlag, limits: Limits, now: datetime, report: Report
) -> None:
    """Bring one flag in step with its order."""
    if flag.flag_type in rules.OF_RULES and flag.order is not None:
        facts = facts_of(flag.order)
        found = {each.kind.value: each for each in rules.findings(facts, limits, now)}
        finding = found.get(flag.flag_type)
        if finding is None:
            report.closed += 1
            return _close(session, flag, facts, now)
        _refresh(session, flag, finding)
    if flag.snoozed_until is not None and flag.snoozed_until <= now:
        flag.status, flag.snoozed_until = FlagStatus.OPEN, None
        report.woken += 1
        record(session, "flag.woken", flag, by=None, source="job")
    return None


def _close(session: Session, flag: OrderFlag, facts: Facts, now: datetime) -> None:
    reason = rules.settled(facts) or "It is within the threshold now."
    flag.status, flag.resolution_notes = FlagStatus.RESOLVED, reason
    flag.resolved_at, flag.resolved_by_id, flag.snoozed_until = now, None, None
    record(session, "flag.closed", flag, by=None, after={"note": reason}, source="job")


def _refresh(session: Session, flag: OrderFlag, finding: Finding) -> None:
    """New evidence is no new version: nobody's form becomes stale by the passing of time."""
    severity = FlagSeverity(finding.severity)
    if (flag.evidence, flag.severity) == (finding.evidence, severity):
        return
    session.execute(
        update(OrderFlag)
        .where(OrderFlag.id == flag.id)
        .values(evidence=finding.evidence, severity=severity)
    )


def _raised(session: Session, due: Sequence[tuple[Order, Finding]]) -> int:
    """Open the flags; how many, without those for which another check was faster."""
    flags = [_flag(order, finding) for order, finding in due]
    try:
        with session.begin_nested():
            session.add_all(flags)
    except IntegrityError:
        return sum(_raised(session, [each]) for each in due) if len(due) > 1 else 0
    for flag, (_, finding) in zip(flags, due, strict=True):
        said = {"type": flag.flag_type, "note": finding.fact.sentence}
        record(session, "flag.raised", flag, by=None, after=said, source="job")
    session.flush()
    return len(flags)


def _flag(order: Order, finding: Finding) -> OrderFlag:
    return OrderFlag(
        shopify_order_id=order.shopify_id,
        order_id=order.id,
        flag_type=finding.kind.value,
        status=FlagStatus.OPEN,
        severity=FlagSeverity(finding.severity),
        evidence=finding.evidence,
    )


def _verdicts(session: Session, orders: Sequence[Order], kind: Kind) -> dict[str, list[Verdict]]:
    """What people decided about these orders' flags of this kind, by Shopify's order id."""
    found: dict[str, list[Verdict]] = {}
    rows: Sequence[Any] = session.execute(
        select(
            OrderFlag.shopify_order_id, OrderFlag.status, OrderFlag.resolved_at, OrderFlag.evidence
        ).where(
            OrderFlag.shopify_order_id.in_([order.shopify_id for order in orders]),
            OrderFlag.flag_type == kind.value,
            OrderFlag.status.not_in(queries.LIVE),
            OrderFlag.resolved_by_id.is_not(None),
        )
    ).all()
    for order_id, status, at, evidence in rows:
        verdict = Verdict(kind, at, evidence, status is FlagStatus.DISMISSED)
        found.setdefault(order_id, []).append(verdict)
    return found


def _number_of_orders(session: Session) -> int:
    return session.scalar(select(func.count(Order.id))) or 0
