"""An order's way: approved, sent, back to draft, cancelled, deleted."""

from __future__ import annotations

from typing import Any

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.drafts.models import DraftState, DraftSubject
from shopapp.drafts.queries import editing as drafts
from shopapp.purchasing.actions.editing import drop_lines, hold
from shopapp.purchasing.actions.numbering import next_number
from shopapp.purchasing.models import PurchaseOrder
from shopapp.purchasing.models import PurchaseOrderStatus as S
from shopapp.refusals import Invalid, Stale

CANCELLABLE = (S.DRAFT, S.APPROVED, S.SENT)


def approve(
    session: Session, order: PurchaseOrder, *, by: User, version: int | None = None
) -> PurchaseOrder:
    """Fix the lines and give the order its number, if it has none yet.

    Raises Invalid for an order without goods, Stale unless it is the draft of that `version`.
    """
    _at(session, order, S.DRAFT, version=version)
    if not sum(line.quantity for line in order.lines):
        message = "An order needs at least one line before it can be approved."
        raise Invalid(message, "find")
    before = _told(order)
    if order.number is None:
        order.number = next_number(session)
    order.status, order.approved_at, order.approved_by_id = S.APPROVED, clock.now(), by.id
    return _done(session, order, "approved", by, before)


def reopen(
    session: Session, order: PurchaseOrder, *, by: User, version: int | None = None
) -> PurchaseOrder:
    """Back to draft, keeping the number; raises Stale unless it is approved and not yet sent."""
    _at(session, order, S.APPROVED, version=version)
    _check_mail(session, order)
    before = _told(order)
    order.status, order.approved_at, order.approved_by_id = S.DRAFT, None, None
    return _done(session, order, "reopened", by, before)


def mark_sent(
    session: Session, order: PurchaseOrder, *, by: User, note: str = "", version: int | None = None
) -> PurchaseOrder:
    """The vendor has it now; `note` says how. Raises Stale unless it is approved."""
    _at(session, order, S.APPROVED, version=version)
    before = _told(order)
    order.status, order.submitted_at = S.SENT, clock.now()
    return _done(session, order, "sent", by, before, note=note.strip())


def cancel(
    session: Session, order: PurchaseOrder, *, reason: str, by: User, version: int | None = None
) -> PurchaseOrder:
    """Call the order off; a number stays with it.

    Raises Invalid without a reason, Stale once something came in or it is over.
    """
    _at(session, order, *CANCELLABLE, version=version)
    _check_mail(session, order)
    if any(line.received for line in order.lines):
        message = "Goods of this order came in already, so it can’t be cancelled any more."
        raise Stale(message)
    if not reason.strip():
        message = "Say why the order is cancelled."
        raise Invalid(message, "reason")
    before = _told(order)
    order.status, order.cancelled_at = S.CANCELLED, clock.now()
    order.cancel_reason = reason.strip()
    return _done(session, order, "cancelled", by, before, reason=order.cancel_reason)


def delete(session: Session, order: PurchaseOrder, *, by: User, version: int | None = None) -> None:
    """Throw a draft away that never had a number; raises Stale for any other order."""
    _at(session, order, S.DRAFT, version=version)
    if order.number is not None:
        message = f"{order.number} has a number, so it is cancelled rather than deleted."
        raise Stale(message)
    told = {"vendor": order.vendor.name, "lines": len(order.lines)}
    record(session, "purchase_order.deleted", order, by=by, before=told)
    drop_lines(session, order, order.lines)
    session.flush()
    session.delete(order)
    session.flush()


def _at(session: Session, order: PurchaseOrder, *states: S, version: int | None) -> PurchaseOrder:
    """The order, held; raises Stale unless it is in one of the states and of that version."""
    hold(session, order)
    if order.status not in states:
        message = f"This order is {order.status.value.replace('_', ' ')} already."
        raise Stale(message)
    if version is not None and version != order.version:
        message = "This order was changed since you opened it. Look at it again first."
        raise Stale(message)
    return order


def _check_mail(session: Session, order: PurchaseOrder) -> None:
    """Raises Stale while the mail that sends the order is on its way."""
    draft = drafts.working(session, DraftSubject.PURCHASE_ORDER, order.id)
    if draft is not None and draft.state is DraftState.QUEUED:
        message = "The mail with this order is just leaving: take it back first."
        raise Stale(message)


def _told(order: PurchaseOrder) -> dict[str, Any]:
    return {"status": order.status.value, "number": order.number}


def _done(
    session: Session,
    order: PurchaseOrder,
    verb: str,
    by: User,
    before: dict[str, Any],
    **more: str,
) -> PurchaseOrder:
    order.is_touched = True
    session.flush()
    after = {**_told(order), **more}
    record(session, f"purchase_order.{verb}", order, by=by, before=before, after=after)
    return order
