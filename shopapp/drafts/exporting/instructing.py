"""Instructing: the facts a draft had, as the system message of a training prompt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from shopapp.drafts.matters import Matter, PageFacts, PurchaseFacts

_TASK = "You draft replies for {}. State only facts given here or in the conversation."
_OWN_WORDS = ("macro", "article", "policy")
"""Passages in the store's own words; an approved reply is another customer's."""


def instructions(packet: Mapping[str, Any]) -> str:
    """The stored `packet` in words: who answers and how, the order, the passages.

    The same packet gives the same text. Other customers' replies are left out.
    """
    brand, customer = packet.get("brand") or {}, packet.get("customer") or {}
    matter = _matter(packet)
    parts = [
        _TASK.format(brand.get("store_name") or "the store"),
        f"Voice: {brand['voice']}" if brand.get("voice") else "",
        "\n".join(f"Rule: {rule}" for rule in packet.get("style_rules") or ()),
        f"Customer: {customer['name']}" if customer.get("name") else "",
        "\n".join(_order(packet["order"])) if packet.get("order") else "",
        "\n".join(matter.told()) if matter else "",
        *(f"{p['title']}:\n{p['body']}" for p in packet.get("passages") or () if _is_own(p)),
        f"Signature:\n{brand['signature']}" if brand.get("signature") else "",
    ]
    return "\n\n".join(part for part in parts if part)


def _is_own(passage: Mapping[str, Any]) -> bool:
    return passage.get("kind") in _OWN_WORDS


def _matter(packet: Mapping[str, Any]) -> Matter | None:
    if told := packet.get("purchase"):
        return msgspec.convert(told, PurchaseFacts, strict=False)
    told = packet.get("page")
    return msgspec.convert(told, PageFacts, strict=False) if told else None


def _order(order: Mapping[str, Any]) -> Iterator[str]:
    yield f"Order {order.get('name')}, placed {_day(order.get('placed_at'))}"
    yield f"Total: {order.get('total')} {order.get('currency')}"
    yield f"Payment: {order.get('financial_status')}, shipping: {order.get('fulfillment_status')}"
    for line in order.get("lines") or ():
        yield f"Article: {line.get('quantity')} × {line.get('title')}"
    for parcel in order.get("fulfilments") or ():
        yield from _parcel(parcel)
    if order.get("cancelled_at"):
        yield f"Cancelled: {_day(order['cancelled_at'])}"


def _parcel(parcel: Mapping[str, Any]) -> Iterator[str]:
    named = [parcel.get("carrier"), parcel.get("tracking_number"), parcel.get("tracking_url")]
    yield f"Parcel: {' '.join(filter(None, named)) or 'without a number'}"
    for name in ("shipped_at", "estimated_delivery", "delivered_at"):
        if parcel.get(name):
            yield f"{name.replace('_at', '').replace('_', ' ').capitalize()}: {_day(parcel[name])}"


def _day(moment: object) -> str:
    return str(moment or "")[:10]
