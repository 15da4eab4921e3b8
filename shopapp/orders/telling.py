"""An order's and a flag's story in words: (icon, text, moment), newest first (no database)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from shopapp.audit.models import AuditEvent
from shopapp.catalog.models import Order
from shopapp.flags import rules
from shopapp.flags.models import FlagStatus, OrderFlag

Line = tuple[str, str, datetime]
_DONE = {
    "flag.raised": ("flag", "raised the flag"),
    "flag.assigned": ("user", "assigned it to"),
    "flag.snoozed": ("clock", "snoozed it"),
    "flag.woken": ("clock", "woke it: the time is up"),
    "flag.resolved": ("circle-check", "resolved it"),
    "flag.dismissed": ("x", "dismissed it"),
    "flag.closed": ("circle-check", "closed it by itself"),
    "flag.reopened": ("undo-2", "reopened it"),
    "flag.noted": ("sticky-note", "noted"),
}


def of_order(order: Order, flags: Sequence[OrderFlag]) -> list[Line]:
    """What happened to an order, as far as the mirror and its flags know."""
    lines = [*_of_order(order), *(line for flag in flags for line in _of_flag(flag))]
    return sorted(lines, key=lambda line: line[2], reverse=True)


def of_flag(events: Sequence[AuditEvent]) -> list[tuple[str, str, str, datetime]]:
    """What was done with a flag: (icon, who did what, the words they left, when)."""
    return [_told(event) for event in events]


def _told(event: AuditEvent) -> tuple[str, str, str, datetime]:
    glyph, words = _DONE.get(event.action, ("activity", event.action))
    after: dict[str, Any] = event.after or {}
    if event.action == "flag.assigned":
        words = f"{words} {after.get('to', 'nobody')}"
    return glyph, f"{event.actor_name} {words}", str(after.get("note") or ""), event.created_at


def _of_order(order: Order) -> Iterator[Line]:
    yield "shopping-cart", "Order placed", order.placed_at
    for parcel in order.fulfillments:
        carrier = f" with {parcel.carrier}" if parcel.carrier else ""
        yield "truck", f"Parcel left{carrier}", parcel.shipped_at
        if parcel.delivered_at:
            yield "package", "Parcel delivered", parcel.delivered_at
    if order.fulfilled_at and not order.fulfillments:
        yield "truck", "Order fulfilled", order.fulfilled_at
    if order.cancelled_at:
        yield "ban", "Order cancelled", order.cancelled_at


def _of_flag(flag: OrderFlag) -> Iterator[Line]:
    name = rules.label(flag.flag_type)
    yield "flag", f"Flagged: {name}", flag.created_at
    if flag.resolved_at and flag.status in (FlagStatus.RESOLVED, FlagStatus.DISMISSED):
        why = f": {flag.resolution_notes}" if flag.resolution_notes else ""
        yield "circle-check", f"“{name}” {flag.status.value}{why}", flag.resolved_at
