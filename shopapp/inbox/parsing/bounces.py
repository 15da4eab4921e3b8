"""What a delivery report says (RFC 3464), and what daemons without manners say in prose."""

from __future__ import annotations

import re

from shopapp.inbox.parsing.addresses import parse_addresses
from shopapp.inbox.parsing.encoded_words import header_text, one_line
from shopapp.inbox.parsing.envelope import read_head, whole, without_junk
from shopapp.inbox.parsing.identifiers import message_ids
from shopapp.inbox.parsing.notes import Notes
from shopapp.inbox.parsing.shapes import Bounce, FailedRecipient
from shopapp.inbox.parsing.tree import Part

_MAX_RECIPIENTS = 200
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_BRACKETED = re.compile(r"<([^<>\s@]{1,64}@[^<>\s@]{1,255})>")
_WRITTEN_ID = re.compile(r"(?im)^\s*message-id:\s*(<[^<>\s]{1,500}>)")
_PROSE = 20_000


def read_bounce(root: Part, text: str, notes: Notes) -> Bounce:
    """Who was not reached and which mail it was; empty where the report does not say."""
    parts = root.walk()
    reports = [part for part in parts if part.content_type.endswith("delivery-status")]
    recipients = [each for report in reports for each in _reported(report.content, notes)]
    if not recipients:
        recipients = _told(root, text, notes)
    unique = {each.email.casefold(): each for each in reversed(recipients)}
    return Bounce(tuple(reversed(unique.values()))[:_MAX_RECIPIENTS], _original(parts, text, notes))


def _reported(content: bytes, notes: Notes) -> list[FailedRecipient]:
    """The recipients of one message/delivery-status: groups of fields with blank lines between."""
    groups = re.split(rb"\n[ \t\r]*\n", content.replace(b"\r\n", b"\n"))[: 4 * _MAX_RECIPIENTS]
    return [each for group in groups if (each := _recipient(group, notes))]


def _recipient(group: bytes, notes: Notes) -> FailedRecipient | None:
    fields = {
        name.lower(): one_line(header_text(value, notes))
        for name, value in read_head(whole(group.strip()), Notes()).fields
    }
    address = fields.get("original-recipient") or fields.get("final-recipient", "")
    found = parse_addresses(address.rpartition(";")[2], notes)
    if not found:
        return None
    status = _STATUS.search(fields.get("status", ""))
    return FailedRecipient(
        email=found[0].email,
        action=(fields.get("action", "").lower().split() or [""])[0][:20],
        status=status[1] if status else "",
        diagnostic=fields.get("diagnostic-code", "").partition(";")[2].strip()[:500],
    )


def _told(root: Part, text: str, notes: Notes) -> list[FailedRecipient]:
    """Recipients out of X-Failed-Recipients or the first lines of prose."""
    named = parse_addresses(root.header("X-Failed-Recipients"), notes)
    prose = text[:_PROSE]
    emails = [each.email for each in named] or _BRACKETED.findall(prose)[:1]
    status = _STATUS.search(prose)
    return [
        FailedRecipient(
            email=email, action="failed", status=status[1] if status else "", diagnostic=""
        )
        for email in emails
    ]


def _original(parts: list[Part], text: str, notes: Notes) -> str | None:
    for part in parts[1:]:
        if part.content_type in {"message/rfc822", "text/rfc822-headers", "message/global"}:
            head = read_head(without_junk(part.content, Notes()), Notes())
            for name, value in head.fields:
                ids = message_ids(header_text(value, notes)) if name.lower() == "message-id" else ()
                if ids:
                    return ids[0]
    written = _WRITTEN_ID.search(text[:200_000])
    return message_ids(written[1])[0] if written and message_ids(written[1]) else None
