"""Saving a draft as a person typed it: nothing is lost when two people did."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.purchasing.actions import drafting
from shopapp.purchasing.checks import price
from shopapp.purchasing.models import PurchaseOrder, PurchaseOrderLine, PurchaseOrderStatus
from shopapp.purchasing.numbers import plain
from shopapp.refusals import NotAllowed, Stale


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A line as typed. `key` is the line's id; the variant finds it again if it was replaced."""

    key: str
    variant_id: str
    quantity: int
    unit_cost: Decimal


@dataclass(frozen=True, slots=True)
class Typed:
    """An order as typed; lines that are not in it stay as they are."""

    lines: Sequence[TypedLine]
    notes: str
    expected_at: date | None
    shipping: Decimal
    location_id: str


class Difference(NamedTuple):
    """One value that was saved differently from what is typed here."""

    label: str
    theirs: str
    mine: str


class Clash(Stale):
    """Somebody else saved other values; `order` is as they left it."""

    def __init__(self, differences: Sequence[Difference]) -> None:
        super().__init__("Somebody else changed this order while you were editing.")
        self.differences = differences


def hold(session: Session, order: PurchaseOrder) -> PurchaseOrder:
    """The order and its lines as they are now, kept from other writers until the commit.

    Raises Stale when somebody deleted it meanwhile.
    """
    session.flush()
    held = session.scalar(
        select(PurchaseOrder)
        .options(joinedload(PurchaseOrder.vendor), selectinload(PurchaseOrder.lines))
        .where(PurchaseOrder.id == order.id)
        .with_for_update(of=PurchaseOrder)
        .execution_options(populate_existing=True)
    )
    if held is None:
        message = "Somebody deleted this draft meanwhile."
        raise Stale(message)
    return held


def save(
    session: Session,
    order: PurchaseOrder,
    *,
    typed: Typed,
    version: int,
    by: User,
    add: str = "",
    remove: str = "",
) -> PurchaseOrderLine | None:
    """Save the form opened at `version`, then add the variant `add` or remove the line `remove`.

    Returns the line that was added. Raises Clash, Invalid, and NotAllowed unless it is a draft.
    """
    hold(session, order)
    if order.status is not PurchaseOrderStatus.DRAFT:
        message = "This order was approved or cancelled meanwhile, so its lines are fixed."
        raise NotAllowed(message)
    if version != order.version and (found := differences(order, typed)):
        raise Clash(found)
    before = _told(order)
    with session.no_autoflush:  # one flush, one version
        _write(session, order, typed)
        added = drafting.add_line(session, order, add) if add else None
        drop_lines(session, order, [line for line in order.lines if line.id == remove])
        after = _told(order)
    if after != before:
        _note(session, order, before, after, by=by)
    return added


def _note(
    session: Session,
    order: PurchaseOrder,
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    by: User,
) -> None:
    """A new version, also when only lines changed, and its trace."""
    order.is_touched, order.updated_at = True, clock.now()
    session.flush()
    old, new = _changes(before, after)
    record(session, "purchase_order.changed", order, by=by, before=old, after=new)


def drop_lines(session: Session, order: PurchaseOrder, lines: Iterable[PurchaseOrderLine]) -> None:
    """Take lines off an order."""
    for line in list(lines):
        order.lines.remove(line)
        session.delete(line)


def differences(order: PurchaseOrder, typed: Typed) -> list[Difference]:
    """Where the order, as it was saved, is not what is typed."""
    found = []
    for each in typed.lines:
        line = _line(order, each)
        if line is None:
            if each.variant_id:
                found.append(Difference("A line", "", f"{each.quantity} of it"))
            continue
        if line.quantity != each.quantity:
            label = f"{line.title}: quantity"
            found.append(Difference(label, str(line.quantity), str(each.quantity)))
        if line.unit_cost != each.unit_cost:
            costs = (price(cost, order.currency) for cost in (line.unit_cost, each.unit_cost))
            found.append(Difference(f"{line.title}: unit cost", *costs))
    for name, label in (
        ("notes", "Notes"),
        ("expected_at", "Expected"),
        ("shipping", "Shipping"),
    ):
        theirs, mine = getattr(order, name), getattr(typed, name)
        if theirs != mine:
            found.append(Difference(label, str(theirs or "nothing"), str(mine or "nothing")))
    if order.location_id != typed.location_id:
        found.append(Difference("Ship to", "another place", "the one chosen here"))
    return found


def _write(session: Session, order: PurchaseOrder, typed: Typed) -> None:
    order.notes, order.expected_at = typed.notes, typed.expected_at
    order.shipping, order.location_id = typed.shipping, typed.location_id
    for each in typed.lines:
        line = _line(order, each)
        if line is None and each.variant_id:
            line = drafting.add_line(session, order, each.variant_id)
        if line is not None:
            line.quantity, line.unit_cost = each.quantity, each.unit_cost


def _line(order: PurchaseOrder, typed: TypedLine) -> PurchaseOrderLine | None:
    by_key = next((line for line in order.lines if line.id == typed.key), None)
    same = (line for line in order.lines if line.variant_id == typed.variant_id)
    return by_key or (next(same, None) if typed.variant_id else None)


def _told(order: PurchaseOrder) -> dict[str, Any]:
    """The order as the audit log keeps it."""
    return {
        "notes": order.notes,
        "expected": order.expected_at.isoformat() if order.expected_at else None,
        "shipping": plain(order.shipping),
        "location": order.location_id,
        "lines": {
            line.id: [line.title, line.quantity, plain(line.unit_cost)] for line in order.lines
        },
    }


def _changes(
    before: dict[str, Any], after: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What differs, of the lines only those that do."""
    old, new = before["lines"], after["lines"]
    lines = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    return (
        {**before, "lines": {key: old[key] for key in lines if key in old}},
        {**after, "lines": {key: new[key] for key in lines if key in new}},
    )
