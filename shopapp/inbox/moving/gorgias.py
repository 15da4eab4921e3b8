"""Gorgias: macros (API JSON or their CSV) and tickets with their messages (API JSON).

Field names and variables as Gorgias documents them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shopapp.inbox.moving import fields
from shopapp.inbox.moving.documents import Record, records
from shopapp.inbox.moving.placeholders import ANGLED, translate
from shopapp.inbox.moving.shapes import (
    Author,
    Item,
    MovedMacro,
    MovedMessage,
    MovedTicket,
    Refusal,
)

_ORDER = "ticket.customer.integrations.shopify.orders"
NAMES = {
    "ticket.customer.firstname": "customer.first_name",
    "ticket.customer.name": "customer.name",
    "ticket.customer.email": "customer.email",
    "ticket.sender.email": "customer.email",
    "ticket.sender.firstname": "customer.first_name",
    "ticket.sender.name": "customer.name",
    "ticket.customer.integrations.shopify.customer.first_name": "customer.first_name",
    "ticket.customer.integrations.shopify.customer.email": "customer.email",
    "ticket.receiver.email": "store.email",
    "current_user.firstname": "agent.name",
    "current_user.name": "agent.name",
    "ticket.assignee_user.firstname": "agent.name",
    "ticket.assignee_user.name": "agent.name",
    f"{_ORDER}.name": "order.name",
    f"{_ORDER}.order_number": "order.name",
    f"{_ORDER}.total_price": "order.total",
    f"{_ORDER}.created_at": "order.placed_at",
    f"{_ORDER}.fulfillment_status": "order.status",
    f"{_ORDER}.line_items.title": "order.items",
    f"{_ORDER}.line_items.name": "order.items",
    f"{_ORDER}.fulfillments.created_at": "order.shipped_at",
    f"{_ORDER}.fulfillments.tracking_company": "order.carrier",
    f"{_ORDER}.fulfillments.tracking_number": "order.tracking_number",
    f"{_ORDER}.fulfillments.tracking_numbers": "order.tracking_number",
    f"{_ORDER}.fulfillments.tracking_url": "order.tracking_url",
    f"{_ORDER}.fulfillments.tracking_urls": "order.tracking_url",
    f"{_ORDER}.order_status_url": "order.tracking_url",
}


def read(content: bytes) -> Iterator[tuple[int, Item]]:
    """The macros and tickets of an export."""
    found = records(content, ("data", "macros", "tickets"))
    for number, record in enumerate(found, 1):
        is_macro = "actions" in record or "body_text" in record or "body text" in record
        yield number, _macro(record) if is_macro else _ticket(record)


def _macro(record: Record) -> Item:
    title = fields.text(record, "name", "title")
    actions = fields.items(record.get("actions"))
    body, tags = _body(record, actions), _tags(record, actions)
    if not title or not body:
        return Refusal(f"The macro {title or '(no name)'} has no text to answer with.")
    said = translate(body, NAMES, ANGLED)
    is_active = not fields.text(record, "archived_datetime")
    return MovedMacro(title[:200], said.text, tags, said.missed, is_active)


def _body(record: Record, actions: list[dict[str, Any]]) -> str:
    says = [fields.within(a, "arguments") for a in actions if a.get("name") == "setResponseText"]
    for each in (*says, record):
        if plain := fields.text(each, "body_text", "body text"):
            return plain
        if html := fields.text(each, "body_html", "body html"):
            return fields.from_html(html)
    return ""


def _tags(record: Record, actions: list[dict[str, Any]]) -> tuple[str, ...]:
    adds = (
        fields.within(a, "arguments").get("tags") for a in actions if a.get("name") == "addTags"
    )
    return tuple(
        dict.fromkeys(tag for value in (*adds, record.get("tags")) for tag in fields.tags(value))
    )


def _ticket(record: Record) -> Item:
    key, messages = fields.text(record, "id"), fields.items(record.get("messages"))
    told = [each for each in map(_message, messages) if each is not None]
    if not key or not told:
        return Refusal(f"Ticket {key or '(no number)'} has no message.")
    customer = fields.within(record, "customer") or fields.within(record, "requester")
    return MovedTicket(
        key=key,
        subject=fields.text(record, "subject")[:1000],
        is_closed=fields.text(record, "status") == "closed",
        customer_name=fields.text(customer, "name", "firstname"),
        customer_email=fields.text(customer, "email").lower(),
        messages=tuple(sorted(told, key=lambda each: each.sent_at)),
        tags=fields.tags(record.get("tags")),
    )


def _message(record: Record) -> MovedMessage | None:
    sent_at = fields.moment(record, "sent_datetime", "created_datetime")
    html = fields.text(record, "body_html")
    words = fields.text(record, "body_text") or fields.from_html(html)
    if sent_at is None:
        return None
    is_note = record.get("public") is False or fields.text(record, "channel") == "internal-note"
    author = Author.STAFF if record.get("from_agent") else Author.CUSTOMER
    sender = fields.within(record, "sender")
    return MovedMessage(
        author=Author.NOTE if is_note else author,
        name=fields.text(sender, "name", "firstname"),
        email=fields.text(sender, "email").lower(),
        text=words,
        sent_at=sent_at,
        html=html or None,
        message_id=fields.text(record, "message_id").strip("<>"),
        files=len(fields.items(record.get("attachments"))),
    )
