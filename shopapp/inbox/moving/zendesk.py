"""Zendesk: macros (API JSON) and the account's JSON export: a ticket with its comments a line.

Field names and placeholders as Zendesk documents them.
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

NAMES = {
    "ticket.requester.first_name": "customer.first_name",
    "ticket.requester.name": "customer.name",
    "ticket.requester.email": "customer.email",
    "ticket.assignee.first_name": "agent.name",
    "ticket.assignee.name": "agent.name",
    "current_user.first_name": "agent.name",
    "current_user.name": "agent.name",
    "agent.signature": "agent.name",
    "ticket.brand.name": "store.name",
    "ticket.account": "store.name",
    "ticket.organization.name": "store.name",
}
_CLOSED = ("solved", "closed")


def read(content: bytes) -> Iterator[tuple[int, Item]]:
    """The macros and tickets of an export."""
    found = records(content, ("macros", "tickets"))
    for number, record in enumerate(found, 1):
        yield number, _macro(record) if "actions" in record else _ticket(record)


def _macro(record: Record) -> Item:
    title = fields.text(record, "title", "raw_title", "name")
    actions = fields.items(record.get("actions"))
    body = _body(actions)
    if not title or not body:
        return Refusal(f"The macro {title or '(no name)'} has no text to answer with.")
    said = translate(body, NAMES, ANGLED)
    words = (a.get("value") for a in actions if a.get("field") in ("current_tags", "set_tags"))
    tags = tuple(dict.fromkeys(tag for value in words for tag in fields.tags(value)))
    return MovedMacro(title[:200], said.text, tags, said.missed, record.get("active") is not False)


def _body(actions: list[dict[str, Any]]) -> str:
    """The comment's words; its value is a text, or the channel and the text."""
    found = {str(action.get("field")): action.get("value") for action in actions}
    value = found.get("comment_value")
    plain = str(value[-1] if isinstance(value, list) and value else value or "").strip()
    return plain or fields.from_html(str(found.get("comment_value_html") or ""))


def _ticket(record: Record) -> Item:
    key = fields.text(record, "id")
    requester = fields.within(record, "requester")
    own = fields.text(requester, "id") or fields.text(record, "requester_id")
    comments = fields.items(record.get("comments"))
    told = [
        each for each in (_message(one, own, requester) for one in comments) if each is not None
    ]
    if not key or not told:
        return Refusal(f"Ticket {key or '(no number)'} has no comment.")
    return MovedTicket(
        key=key,
        subject=fields.text(record, "subject", "raw_subject")[:1000],
        is_closed=fields.text(record, "status") in _CLOSED,
        customer_name=fields.text(requester, "name"),
        customer_email=fields.text(requester, "email").lower(),
        messages=tuple(sorted(told, key=lambda each: each.sent_at)),
        tags=fields.tags(record.get("tags")),
    )


def _message(record: Record, own: str, requester: Record) -> MovedMessage | None:
    sent_at = fields.moment(record, "created_at")
    if sent_at is None:
        return None
    is_theirs = bool(own) and fields.text(record, "author_id") == own
    sender = requester if is_theirs else fields.within(record, "author")
    author = Author.CUSTOMER if is_theirs else Author.STAFF
    html = fields.text(record, "html_body")
    return MovedMessage(
        author=Author.NOTE if record.get("public") is False else author,
        name=fields.text(sender, "name"),
        email=fields.text(sender, "email").lower(),
        text=fields.text(record, "plain_body", "body") or fields.from_html(html),
        sent_at=sent_at,
        html=html or None,
        files=len(fields.items(record.get("attachments"))),
    )
