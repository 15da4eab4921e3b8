"""Raw bytes to one InboundMessage."""

from __future__ import annotations

import hashlib
from datetime import datetime

from shopapp.inbox.parsing.addresses import parse_addresses
from shopapp.inbox.parsing.automatic import kind_of
from shopapp.inbox.parsing.bodies import read_body
from shopapp.inbox.parsing.bounces import is_delivery_report, read_bounce
from shopapp.inbox.parsing.dates import sent_at
from shopapp.inbox.parsing.encoded_words import decoded_line, one_line
from shopapp.inbox.parsing.envelope import read_head, without_junk
from shopapp.inbox.parsing.identifiers import kept_references, made_id, message_ids
from shopapp.inbox.parsing.limits import MAX_BYTES, MAX_REFERENCES, MAX_SUBJECT
from shopapp.inbox.parsing.notes import Notes
from shopapp.inbox.parsing.shapes import Address, InboundMessage, MessageKind
from shopapp.inbox.parsing.signs import Signs, actions
from shopapp.inbox.parsing.tree import Forest, Part


def parse_message(
    raw: bytes | bytearray | memoryview, *, now: datetime | None = None
) -> InboundMessage:
    """The mail in these bytes. Never raises: what cannot be read is repaired or left out and noted.

    With `now` (aware) a Date more than a day ahead of it is refused too.
    """
    raw = bytes(raw)
    notes = Notes()
    if len(raw) > MAX_BYTES:
        notes.add(f"{len(raw)} bytes, only the first {MAX_BYTES} were read")
    head = read_head(without_junk(raw[:MAX_BYTES], notes), notes)
    notes.add(None if head.fields else "no headers")
    root = Forest(notes).plant(head)
    return _message(root, raw, now, notes)


def _message(root: Part, raw: bytes, now: datetime | None, notes: Notes) -> InboundMessage:
    digest = hashlib.sha256(raw).hexdigest()
    own_id = _own_id(root, notes)
    body = read_body(root, notes)
    signs = _signs(root, body.text, notes)
    kind, reason = kind_of(signs)
    return InboundMessage(
        message_id=own_id or made_id(digest),
        message_id_made=own_id is None,
        in_reply_to=next(iter(message_ids(root.header("In-Reply-To"))), None),
        references=_references(root, notes),
        subject=signs.subject,
        sender=signs.sender,
        reply_to=_every_address(root, "Reply-To", notes),
        to=_every_address(root, "To", notes),
        cc=_every_address(root, "Cc", notes),
        date=sent_at(root.header("Date"), now, notes),
        text=body.text,
        html=body.html,
        attachments=body.attachments,
        headers=signs.headers,
        kind=kind,
        kind_reason=reason,
        bounce=read_bounce(root, signs, notes) if kind is MessageKind.BOUNCE else None,
        return_path=signs.return_path,
        size=len(raw),
        sha256=digest,
        problems=notes.all(),
    )


def _own_id(root: Part, notes: Notes) -> str | None:
    found = next(iter(message_ids(root.header("Message-ID"))), None)
    notes.add(None if found else "no Message-ID, one was made")
    return found


def _signs(root: Part, text: str, notes: Notes) -> Signs:
    parts = root.walk()
    report = root.parameters.get("report-type", "") if "report" in root.content_type else ""
    return Signs(
        headers=tuple((one_line(name), decoded_line(value, notes)) for name, value in root.headers),
        content_types=tuple(part.content_type for part in parts),
        report_type=report.lower(),
        subject=_subject(root, notes),
        sender=_sender(root, notes),
        return_path=_return_path(root, notes),
        text=text,
        actions=actions(each.content for each in parts if is_delivery_report(each)),
    )


def _subject(root: Part, notes: Notes) -> str:
    subject = decoded_line(root.header("Subject"), notes)
    if len(subject) > MAX_SUBJECT:
        notes.add(f"the subject was cut at {MAX_SUBJECT} characters")
    return subject[:MAX_SUBJECT]


def _sender(root: Part, notes: Notes) -> Address | None:
    for name in ("From", "Sender", "Return-Path"):
        for address in _every_address(root, name, notes):
            if "@" in address.email:
                notes.add(None if name == "From" else f"no readable From, {name} was used")
                return address
    notes.add("no sender")
    return None


def _every_address(root: Part, name: str, notes: Notes) -> tuple[Address, ...]:
    found = (address for value in root.every(name) for address in parse_addresses(value, notes))
    return tuple({(address.name, address.email): address for address in found}.values())


def _references(root: Part, notes: Notes) -> tuple[str, ...]:
    ids = message_ids(" ".join(root.every("References")))
    if len(ids) > MAX_REFERENCES:
        notes.add(f"{len(ids)} references, the first and the newest {MAX_REFERENCES - 1} were kept")
    return kept_references(ids)


def _return_path(root: Part, notes: Notes) -> str | None:
    written = root.every("Return-Path")
    if not written:
        return None
    return next((each.email for each in parse_addresses(written[0], notes)), "")
