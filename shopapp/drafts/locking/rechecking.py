"""Rechecking: what changed in an order since a draft was written, where it matters for the text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from shopapp.drafts.grounding import (
    BrandVoice,
    Difference,
    FulfilmentFacts,
    OrderFacts,
    Packet,
    differences,
    packet_json,
)
from shopapp.drafts.locking.lock import checked
from shopapp.drafts.locking.origins import OriginKind

_NAMES = {
    "status": "Status",
    "name": "Name",
    "total": "Total",
    "refunded": "Refunded",
    "shipping": "Postage",
    "discount": "Discount",
    "placed_at": "Ordered on",
    "cancelled_at": "Cancelled on",
    "lines": "Items",
    "carrier": "Carrier",
    "tracking_number": "Tracking number",
    "tracking_url": "Tracking link",
    "shipped_at": "Shipped on",
    "estimated_delivery": "Expected on",
    "delivered_at": "Delivered on",
}
NOTHING = "nothing"
"""What stands in a difference for a value that was not there, or is no more."""


def changes(text: str, packet: Packet, fresh: OrderFacts | None) -> tuple[Difference, ...]:
    """What of the packet's order is otherwise in `fresh` and concerns `text`, in words for people.

    Named are the order's status, and each field that a fact of `text` rested on and that no longer
    vouches for it. A text that says nothing of the order is not concerned. `fresh` is None when
    the order is no longer there.
    """
    before = packet.order
    if before is None or (fresh is not None and not differences(before, fresh)):
        return ()
    rested = _fields(text, packet)
    if not rested:
        return ()
    if fresh is None:
        return (Difference("Order", before.name, "no longer among the shop's orders"),)
    lost = rested - _fields(text, replace(packet, order=fresh))
    old, new = dict(_told(before)), dict(_told(fresh))
    return tuple(
        Difference(_NAMES[field], old.get(field, NOTHING), new.get(field, NOTHING))
        for field in _NAMES
        if old.get(field) != new.get(field) and (field == "status" or field in _of(lost))
    )


def is_told(text: str, packet: Packet) -> bool:
    """Whether `text` says anything that only the packet's order vouches for."""
    return packet.order is not None and bool(_fields(text, packet))


def order_hash(order: OrderFacts | None) -> str:
    """sha256 of an order's facts, whenever they were read; empty for none."""
    if order is None:
        return ""
    told = Packet(BrandVoice(""), order=replace(order, as_of=order.placed_at))
    return hashlib.sha256(packet_json(told).encode("utf-8", "surrogatepass")).hexdigest()


def _fields(text: str, packet: Packet) -> set[tuple[str, str, str]]:
    """Which fields of the order vouch for which facts of `text`: field, family, value."""
    return {
        (origin.field, each.fact.family, each.fact.value)
        for each in checked(text, packet)
        for origin in each.origins
        if origin.kind is OriginKind.ORDER
    }


def _of(rested: set[tuple[str, str, str]]) -> set[str]:
    return {field for field, _, _ in rested}


def _told(order: OrderFacts) -> Iterator[tuple[str, str]]:
    """The fields of an order that a reply can state, as people read them; parcels in one line."""
    yield "status", order.status.value.replace("-", " ")
    yield "name", order.name
    yield "total", f"{order.total.normalize():f} {order.currency}"
    for field in ("refunded", "shipping", "discount"):
        value = getattr(order, field)
        yield field, f"{value.normalize():f} {order.currency}" if value else NOTHING
    yield "placed_at", _day(order.placed_at)
    yield "cancelled_at", _day(order.cancelled_at)
    yield "lines", ", ".join(f"{line.quantity} × {line.title}" for line in order.lines)
    for field in ("carrier", "tracking_number", "tracking_url", *_MOMENTS):
        yield field, ", ".join(_of_parcel(parcel, field) for parcel in order.fulfilments) or NOTHING


_MOMENTS = ("shipped_at", "estimated_delivery", "delivered_at")


def _of_parcel(parcel: FulfilmentFacts, field: str) -> str:
    value = getattr(parcel, field)
    return _day(value) if field in _MOMENTS else value or NOTHING


def _day(moment: date | datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else NOTHING
