"""Orders as their list and their page show them."""

from __future__ import annotations

import enum
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, case, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from shopapp.audit.models import AuditEvent
from shopapp.catalog.models import Customer, Order
from shopapp.db import Session
from shopapp.flags.models import OrderFlag
from shopapp.flags.queries import is_flagged, is_waiting

LINES = 200  # of a flag's story


class Tab(enum.StrEnum):
    """The list's tabs."""

    UNSHIPPED = "unshipped"
    FLAGGED = "flagged"
    ALL = "all"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The tab's word."""
        return self.value.capitalize()


def listed(tab: Tab, words: str) -> Select[Order]:
    """The orders of a tab whose number, address or name contain `words`, with the customer."""
    return (
        select(Order)
        .options(joinedload(Order.customer))
        .where(_in_tab(tab), _matching(words.strip()))
    )


def counts(session: Session) -> dict[Tab, int]:
    """How many orders each tab holds, in one statement."""
    each = (func.count(case((_in_tab(tab), Order.id))).label(tab.name) for tab in Tab)
    row = session.execute(select(*each).select_from(Order)).one()
    return {tab: getattr(row, tab.name) for tab in Tab}


def order(session: Session, order_id: str) -> Order | None:
    """One order with its customer, lines and parcels."""
    return session.scalar(
        select(Order)
        .options(
            joinedload(Order.customer), selectinload(Order.lines), selectinload(Order.fulfillments)
        )
        .where(Order.id == order_id)
    )


def story(session: Session, flag: OrderFlag) -> Sequence[AuditEvent]:
    """What was done with a flag, newest first."""
    return session.scalars(
        select(AuditEvent)
        .where(AuditEvent.subject_type == OrderFlag.__tablename__, AuditEvent.subject_id == flag.id)
        .order_by(AuditEvent.created_at.desc(), AuditEvent.id.desc())
        .limit(LINES)
    ).all()


def _in_tab(tab: Tab) -> ColumnElement[bool]:
    if tab is Tab.UNSHIPPED:
        return is_waiting()
    if tab is Tab.FLAGGED:
        return is_flagged()
    if tab is Tab.CANCELLED:
        return Order.cancelled_at.is_not(None)
    return true()


def _matching(words: str) -> ColumnElement[bool]:
    if not words:
        return true()
    columns = (Order.name, Order.email, Order.shipping_name)
    return or_(
        *(column.icontains(words, autoescape=True) for column in columns),
        Order.customer_id.in_(_customers_called(words)),
    )


def _customers_called(words: str) -> Select[str]:
    full = Customer.first_name + " " + Customer.last_name
    return select(Customer.id).where(full.icontains(words, autoescape=True))
