"""What a delivery report says (RFC 3464): who was not reached, for good or for now, and why."""

from __future__ import annotations

import re

from shopapp.inbox.parsing.addresses import parse_addresses
from shopapp.inbox.parsing.encoded_words import header_text, one_line
from shopapp.inbox.parsing.envelope import read_head, whole, without_junk
from shopapp.inbox.parsing.hearsay import STATUS, told
from shopapp.inbox.parsing.identifiers import message_ids
from shopapp.inbox.parsing.notes import Notes
from shopapp.inbox.parsing.shapes import Bounce, FailedRecipient
from shopapp.inbox.parsing.signs import Signs
from shopapp.inbox.parsing.tree import Part

_MAX_RECIPIENTS = 200
_WRITTEN_ID = re.compile(r"(?im)^[\s>|]{0,20}message-id\s?:\s*(<[^<>\s]{1,500}>)")
_REPLY_CODE = re.compile(r"\b([245])\d\d\b")
_MAILS = {"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"}
_MAILS |= {"message/partial", "text/rfc822-header", "text/rfc822"}


def read_bounce(root: Part, signs: Signs, notes: Notes) -> Bounce:
    """Who was not reached and which mail it was; empty where the report does not say."""
    parts = root.walk()
    reports = [part for part in parts if is_delivery_report(part)]
    recipients = [each for report in reports for each in _reported(report.content, notes)]
    failed = [each for each in recipients if each.action not in {"delivered", "relayed"}]
    originals = [_head(part, notes) for part in parts[1:] if part.content_type in _MAILS]
    recipients = failed or recipients or told(root, signs, originals, notes)
    unique = {each.email.casefold(): each for each in reversed(recipients)}
    original = _original(originals, signs.text)
    return Bounce(tuple(reversed(unique.values()))[:_MAX_RECIPIENTS], original)


def is_delivery_report(part: Part) -> bool:
    """A part made of RFC 3464's fields."""
    return part.content_type.endswith("delivery-status")


def _reported(content: bytes, notes: Notes) -> list[FailedRecipient]:
    """The recipients of one message/delivery-status: groups of fields with blank lines between."""
    text = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    groups = re.split(rb"\n[ \t]*\n", text, maxsplit=4 * _MAX_RECIPIENTS)
    return [each for group in groups if (each := _recipient(group, notes))]


def _recipient(group: bytes, notes: Notes) -> FailedRecipient | None:
    fields = _fields(group, notes)
    email = next(
        (
            found
            for name in ("original-recipient", "final-recipient", "x-actual-recipient")
            if (found := _email(fields.get(name, ""), notes))
        ),
        None,
    )
    if email is None:
        return None
    said = fields.get("diagnostic-code", "")
    return FailedRecipient(
        email=email,
        action=(re.findall(r"[a-z]+", fields.get("action", "").lower()) or [""])[0][:20],
        status=_status(fields.get("status", ""), said),
        diagnostic=(said.partition(";")[2] or said).strip()[:500],
    )


def _email(written: str, notes: Notes) -> str | None:
    """The address of `rfc822; ann@x.example`; one of another kind (X.400) as it is written."""
    bare = (written.partition(";")[2] or written).strip()
    found = parse_addresses(bare, notes)
    return found[0].email if found else bare[:320] or None


def _status(written: str, diagnostic: str) -> str:
    """The declared status, else the one in the other server's words, else its reply's class."""
    found = STATUS.search(written) or STATUS.search(diagnostic)
    if found:
        return found[1]
    code = _REPLY_CODE.search(diagnostic)
    return f"{code[1]}.0.0" if code else ""


def _fields(group: bytes, notes: Notes) -> dict[str, str]:
    return {
        name.lower(): one_line(header_text(value, notes))
        for name, value in read_head(whole(group.strip()), Notes()).fields
    }


def _head(part: Part, notes: Notes) -> dict[str, str]:
    """The headers of the mail that came back, in a mail part or in one that holds only them."""
    head = read_head(without_junk(part.content, Notes()), Notes())
    return {
        name.lower(): header_text(value, notes) for name, value in reversed(head.fields) if value
    }


def _original(originals: list[dict[str, str]], text: str) -> str | None:
    ids = (found for head in originals for found in message_ids(head.get("message-id", "")))
    written = _WRITTEN_ID.search(text[:200_000])
    return next(ids, None) or next(iter(message_ids(written[1])) if written else iter(()), None)
