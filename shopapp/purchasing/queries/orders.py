"""Purchase orders as the list and the editor show them."""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from babel.core import get_global
from sqlalchemy import BigInteger, ColumnElement, Select, case, cast, func, or_, select, true
from sqlalchemy import type_coerce as coerce
from sqlalchemy.orm import joinedload, selectinload

from shopapp.audit.models import AuditEvent
from shopapp.catalog.models import Location
from shopapp.columns import Amount
from shopapp.db import Session
from shopapp.purchasing.models import PurchaseOrder, PurchaseOrderLine, Vendor
from shopapp.purchasing.models import PurchaseOrderStatus as S

COMING = (S.SENT, S.PARTIALLY_RECEIVED)
_TEN_THOUSAND = 10_000


class View(enum.StrEnum):
    """The list's tabs."""

    DRAFTS = "drafts"
    APPROVED = "approved"
    SENT = "sent"
    RECEIVED = "received"
    CANCELLED = "cancelled"
    ALL = "all"

    @property
    def label(self) -> str:
        """The tab's word: 'Drafts'."""
        return self.value.capitalize()


_STATES: dict[View, tuple[S, ...]] = {
    View.DRAFTS: (S.DRAFT,),
    View.APPROVED: (S.APPROVED,),
    View.SENT: COMING,
    View.RECEIVED: (S.RECEIVED, S.CLOSED),
    View.CANCELLED: (S.CANCELLED,),
    View.ALL: tuple(S),
}


@dataclass(frozen=True, slots=True)
class Size:
    """How large an order is; `subtotal` is in its currency, rounded line by line."""

    lines: int
    units: int
    subtotal: Decimal


NOTHING = Size(0, 0, Decimal(0))


def listed(view: View, words: str) -> Select[PurchaseOrder]:
    """The orders of a view whose number, vendor or articles contain `words`."""
    return (
        select(PurchaseOrder)
        .join(PurchaseOrder.vendor)
        .options(joinedload(PurchaseOrder.vendor))
        .where(PurchaseOrder.status.in_(_STATES[view]), _matching(words))
    )


def counts(session: Session) -> dict[View, int]:
    """How many orders each view holds, in one statement."""
    row = session.execute(
        select(
            *(
                func.count(case((PurchaseOrder.status.in_(states), PurchaseOrder.id))).label(
                    view.name
                )
                for view, states in _STATES.items()
            )
        )
    ).one()
    return {view: getattr(row, view.name) for view in View}


def sizes(session: Session, ids: Collection[str]) -> Mapping[str, Size]:
    """Lines, units and subtotal of the orders with these ids, in one statement."""
    line = PurchaseOrderLine
    step = case(
        *((PurchaseOrder.currency == code, size) for code, size in _steps().items()), else_=100
    )
    exact = line.quantity * coerce(line.unit_cost, BigInteger)
    rounded = (exact + step // 2) // step * step  # half up, as totals.line_total
    rows = session.execute(
        select(
            line.purchase_order_id,
            func.count(line.id),
            cast(func.sum(line.quantity), BigInteger),
            coerce(cast(func.sum(rounded), BigInteger), Amount()),
        )
        .join(PurchaseOrder, line.purchase_order_id == PurchaseOrder.id)
        .where(line.purchase_order_id.in_(ids))
        .group_by(line.purchase_order_id)
    )
    return {order: Size(lines, units, subtotal) for order, lines, units, subtotal in rows}


def order(session: Session, order_id: str) -> PurchaseOrder | None:
    """One order with its vendor and its lines."""
    return session.scalar(
        select(PurchaseOrder)
        .options(joinedload(PurchaseOrder.vendor), selectinload(PurchaseOrder.lines))
        .where(PurchaseOrder.id == order_id)
    )


def locations(session: Session) -> Sequence[Location]:
    """Where goods may be shipped to: all of the store first, then its places by name."""
    return session.scalars(
        select(Location).order_by(Location.is_all.desc(), Location.name, Location.id)
    ).all()


def history(session: Session, order: PurchaseOrder, limit: int = 50) -> Sequence[AuditEvent]:
    """What was done to the order, newest first."""
    return session.scalars(
        select(AuditEvent)
        .where(
            AuditEvent.subject_type == PurchaseOrder.__tablename__,
            AuditEvent.subject_id == order.id,
        )
        .order_by(AuditEvent.created_at.desc(), AuditEvent.id.desc())
        .limit(limit)
    ).all()


def standing(session: Session, variants: Collection[str]) -> Mapping[str, PurchaseOrder]:
    """The draft each of the variants stands on already, with its vendor."""
    rows = session.execute(
        select(PurchaseOrderLine.variant_id, PurchaseOrder)
        .join(PurchaseOrder, PurchaseOrderLine.purchase_order_id == PurchaseOrder.id)
        .options(joinedload(PurchaseOrder.vendor))
        .where(PurchaseOrder.status == S.DRAFT, PurchaseOrderLine.variant_id.in_(tuple(variants)))
        .order_by(PurchaseOrder.created_at, PurchaseOrder.id)
    ).unique()
    return {variant: order for variant, order in rows if variant is not None}


def _matching(words: str) -> ColumnElement[bool]:
    text = words.strip()
    if not text:
        return true()
    held = select(PurchaseOrderLine.purchase_order_id).where(
        or_(
            *(
                column.icontains(text, autoescape=True)
                for column in (
                    PurchaseOrderLine.sku,
                    PurchaseOrderLine.title,
                    PurchaseOrderLine.vendor_sku,
                )
            )
        )
    )
    return or_(
        PurchaseOrder.number.icontains(text, autoescape=True),
        Vendor.name.icontains(text, autoescape=True),
        PurchaseOrder.id.in_(held),
    )


def _steps() -> dict[str, int]:
    """The smallest amount of each currency that has not two places, in ten-thousandths."""
    fractions = get_global("currency_fractions")
    return {
        code: _TEN_THOUSAND // 10 ** digits[0]
        for code, digits in sorted(fractions.items())
        if code != "DEFAULT" and digits[0] not in (2,) and digits[0] <= 4
    }
