"""Help Scout: saved replies and conversations with their threads (API JSON).

Field names and variables as Help Scout documents them.
"""

from __future__ import annotations

from collections.abc import Iterator

from shopapp.inbox.moving import fields
from shopapp.inbox.moving.documents import Record, records
from shopapp.inbox.moving.placeholders import PERCENT, translate
from shopapp.inbox.moving.shapes import (
    Author,
    Item,
    MovedMacro,
    MovedMessage,
    MovedTicket,
    Refusal,
)

NAMES = {
    "customer.firstname": "customer.first_name",
    "customer.fullname": "customer.name",
    "customer.email": "customer.email",
    "user.firstname": "agent.name",
    "user.fullname": "agent.name",
    "mailbox.name": "store.name",
    "mailbox.email": "store.email",
    "inbox.name": "store.name",
    "inbox.email": "store.email",
}
_AUTHORS = {"customer": Author.CUSTOMER, "message": Author.STAFF, "note": Author.NOTE}
_CLOSED = ("closed",)


def read(content: bytes) -> Iterator[tuple[int, Item]]:
    """The saved replies and conversations of an export."""
    found = records(content, ("conversations", "savedReplies", "saved_replies"))
    for number, record in enumerate(found, 1):
        is_reply = "name" in record and "subject" not in record
        yield number, _macro(record) if is_reply else _ticket(record)


def _macro(record: Record) -> Item:
    title = fields.text(record, "name")
    body = fields.from_html(fields.text(record, "text", "chatText"))
    if not title or not body:
        return Refusal(f"The saved reply {title or '(no name)'} has no text to answer with.")
    said = translate(body, NAMES, PERCENT)
    return MovedMacro(title[:200], said.text, fields.tags(record.get("tags")), said.missed)


def _ticket(record: Record) -> Item:
    key = fields.text(record, "number", "id")
    threads = fields.items(
        fields.within(record, "_embedded").get("threads") or record.get("threads")
    )
    told = [each for each in map(_message, threads) if each is not None]
    if not key or not told:
        return Refusal(f"Conversation {key or '(no number)'} has no message.")
    customer = fields.within(record, "primaryCustomer") or fields.within(record, "customer")
    name = (
        f"{fields.text(customer, 'first', 'firstName')} {fields.text(customer, 'last', 'lastName')}"
    )
    return MovedTicket(
        key=key,
        subject=fields.text(record, "subject")[:1000],
        is_closed=fields.text(record, "status") in _CLOSED,
        customer_name=name.strip(),
        customer_email=fields.text(customer, "email").lower(),
        messages=tuple(sorted(told, key=lambda each: each.sent_at)),
        tags=fields.tags(record.get("tags")),
    )


def _message(record: Record) -> MovedMessage | None:
    author = _AUTHORS.get(fields.text(record, "type"))
    sent_at = fields.moment(record, "createdAt")
    if author is None or sent_at is None:
        return None
    sender = fields.within(record, "createdBy")
    name = f"{fields.text(sender, 'first')} {fields.text(sender, 'last')}"
    html = fields.text(record, "body")
    inner = fields.within(record, "_embedded")
    return MovedMessage(
        author=author,
        name=name.strip(),
        email=fields.text(sender, "email").lower(),
        text=fields.from_html(html),
        sent_at=sent_at,
        html=html or None,
        files=len(fields.items(inner.get("attachments") or record.get("attachments"))),
    )
