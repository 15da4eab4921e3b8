"""Flags as the check and the pages ask for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from shopapp.catalog.models import Customer, Order
from shopapp.db import Session
from shopapp.flags import rules
from shopapp.flags.models import FlagStatus, OrderFlag
from shopapp.jobs.models import Job, JobState
from shopapp.tenancy import store_of

LIVE = (FlagStatus.OPEN, FlagStatus.SNOOZED)
NOBODY = "nobody"  # as an assignee to filter by
CHECK = "flags.check"


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; empty words narrow nothing."""

    kind: str = ""
    assignee: str = ""
    words: str = ""

    @property
    def is_on(self) -> bool:
        return bool(self.kind or self.assignee or self.words.strip())


@dataclass(frozen=True, slots=True)
class Mark:
    """A live flag of an order, as it is told beside the order."""

    id: str
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class LastCheck:
    """When all orders were last put to the rules, and how many there were."""

    at: datetime
    orders: int


def listed(status: FlagStatus, by: Filter) -> Select[OrderFlag]:
    """The flags of a tab with their order, its customer and the assignee; unordered, for a page."""
    return _whole().where(OrderFlag.status == status, *_narrowed(by))


def counts(session: Session, by: Filter) -> dict[FlagStatus, int]:
    """How many flags each tab holds, in one statement."""
    each = (
        func.count(case((OrderFlag.status == status, OrderFlag.id))).label(status.name)
        for status in FlagStatus
    )
    row = session.execute(select(*each).select_from(OrderFlag).where(*_narrowed(by))).one()
    return {status: getattr(row, status.name) for status in FlagStatus}


def flag(session: Session, flag_id: str) -> OrderFlag | None:
    """One flag with its order, the order's customer, and the assignee."""
    return session.scalar(_whole().where(OrderFlag.id == flag_id))


def chosen(session: Session, ids: Sequence[str]) -> Sequence[OrderFlag]:
    """The flags with these ids, with order and assignee."""
    return session.scalars(_whole().where(OrderFlag.id.in_(ids)).order_by(OrderFlag.id)).all()


def of_orders(session: Session, orders: Sequence[Order]) -> dict[str, list[OrderFlag]]:
    """Every flag of these orders by the order's id, newest first."""
    found: dict[str, list[OrderFlag]] = {order.id: [] for order in orders}
    ids = {order.shopify_id: order.id for order in orders}
    rows = session.scalars(
        select(OrderFlag)
        .options(joinedload(OrderFlag.assignee))
        .where(OrderFlag.shopify_order_id.in_(ids))
        .order_by(OrderFlag.created_at.desc(), OrderFlag.id.desc())
    )
    for row in rows:
        found[ids[row.shopify_order_id]].append(row)
    return found


def marks(session: Session, orders: Sequence[Order]) -> dict[str, list[Mark]]:
    """The live flags of these orders by the order's id, oldest first."""
    found: dict[str, list[Mark]] = {order.id: [] for order in orders}
    ids = {order.shopify_id: order.id for order in orders}
    rows = session.execute(
        select(OrderFlag.shopify_order_id, OrderFlag.id, OrderFlag.flag_type)
        .where(OrderFlag.shopify_order_id.in_(ids), OrderFlag.status.in_(LIVE))
        .order_by(OrderFlag.created_at, OrderFlag.id)
    )
    for shopify_order_id, flag_id, kind in rows:
        found[ids[shopify_order_id]].append(Mark(flag_id, kind, rules.label(kind)))
    return found


def live(session: Session, shopify_order_id: str, kind: str) -> OrderFlag | None:
    """The open or snoozed flag of this type on this order."""
    return session.scalar(
        select(OrderFlag).where(
            OrderFlag.shopify_order_id == shopify_order_id,
            OrderFlag.flag_type == kind,
            OrderFlag.status.in_(LIVE),
        )
    )


def last_check(session: Session) -> LastCheck | None:
    """The newest finished check of this store."""
    row = session.execute(
        select(Job.finished_at, Job.progress_done)
        .where(Job.store_id == store_of(session), Job.name == CHECK, Job.state == JobState.DONE)
        .order_by(Job.created_at.desc())
        .limit(1)
    ).first()
    return LastCheck(row.finished_at, row.progress_done) if row and row.finished_at else None


def is_flagged() -> ColumnElement[bool]:
    """Whether an order has a live flag."""
    return (
        select(OrderFlag.id)
        .where(OrderFlag.shopify_order_id == Order.shopify_id, OrderFlag.status.in_(LIVE))
        .exists()
    )


def is_waiting() -> ColumnElement[bool]:
    """Whether an order is still to be shipped, as `rules.settled` has it."""
    return and_(
        Order.fulfillment_status.in_(rules.WAITING),
        Order.cancelled_at.is_(None),
        Order.financial_status.not_in(rules.UNDONE),
    )


def is_overdue(hours: int, now: datetime) -> ColumnElement[bool]:
    """Whether an order has waited for longer than `hours`."""
    return and_(is_waiting(), Order.placed_at < now - timedelta(hours=hours))


def is_valuable(amount: Decimal) -> ColumnElement[bool]:
    """Whether an order that is still to be shipped is worth more than `amount`."""
    return and_(is_waiting(), Order.total > amount)


def _whole() -> Select[OrderFlag]:
    return select(OrderFlag).options(
        joinedload(OrderFlag.order).joinedload(Order.customer), joinedload(OrderFlag.assignee)
    )


def _narrowed(by: Filter) -> Iterator[ColumnElement[bool]]:
    if by.kind:
        yield OrderFlag.flag_type == by.kind
    if by.assignee:
        to = None if by.assignee == NOBODY else by.assignee
        yield OrderFlag.assignee_id.is_not_distinct_from(to)
    if by.words.strip():
        yield OrderFlag.order_id.in_(_orders_with(by.words.strip()))


def _orders_with(words: str) -> Select[str]:
    columns = (Order.name, Order.email, Customer.first_name, Customer.last_name)
    full = Customer.first_name + " " + Customer.last_name
    return (
        select(Order.id)
        .outerjoin(Customer, Customer.id == Order.customer_id)
        .where(or_(*(each.icontains(words, autoescape=True) for each in (*columns, full))))
    )
