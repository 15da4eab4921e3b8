"""A conversation as the page shows it: messages, notes and events in order of time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from flask import url_for
from markupsafe import Markup

from shopapp.inbox.models import Attachment, Direction, TicketEvent, TicketMessage
from shopapp.inbox.queries.tickets import Conversation
from shopapp.inbox.quoting import split_html_reply
from shopapp.inbox.sanitising import has_remote_images, hidden_text, sanitise_html

_GLYPHS = {"assigned": "user", "closed": "archive", "reopened": "undo-2", "sent": "send"}


@dataclass(frozen=True, slots=True)
class File:
    """An attachment: name, size for people, and where to download it."""

    name: str
    size: str
    url: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One message or note. `html` and `quoted` are safe to print."""

    id: str
    author: str
    address: str
    at: datetime
    note: bool
    ours: bool
    automatic: bool
    delivery: str
    delivery_note: str
    html: Markup | None
    text: str
    quoted: Markup | str
    blocked_images: bool
    warnings: list[str] = field(default_factory=list)
    attachments: list[File] = field(default_factory=list)
    why: str = ""
    raw_url: str = ""
    kind: str = "message"


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the timeline."""

    id: str
    text: str
    at: datetime
    glyph: str
    kind: str = "event"


def entries(talk: Conversation, images: str) -> list[Entry | Happening]:
    """The conversation in order; `images` names the message whose remote pictures are shown."""
    shown: list[Entry | Happening] = [entry(m, images in (m.id, "all")) for m in talk.messages]
    shown += [_happening(event) for event in talk.events]
    return sorted(shown, key=lambda item: (item.at, item.id))


def entry(message: TicketMessage, show_images: bool) -> Entry:
    """One message as the page shows it."""
    html, quoted = _bodies(message, show_images)
    ours = message.direction is Direction.OUT
    return Entry(
        id=message.id,
        author=message.author_name or message.author_email or "Unknown sender",
        address=_address(message),
        at=message.sent_at,
        note=message.is_internal_note,
        ours=ours and not message.is_internal_note,
        automatic=message.kind not in ("personal", "note"),
        delivery=message.delivery_state.value if ours and not message.is_internal_note else "",
        delivery_note=message.delivery_detail or "",
        html=html,
        text=message.visible_text or message.body_text,
        quoted=quoted,
        blocked_images=not show_images and has_remote_images(message.body_html or ""),
        warnings=_warnings(message),
        attachments=[_file(item) for item in message.attachments if not item.is_inline],
        why=message.threading_reason,
        raw_url=url_for("inbox.message_raw", message_id=message.id) if message.raw_mail_id else "",
    )


def _bodies(message: TicketMessage, show_images: bool) -> tuple[Markup | None, Markup | str]:
    if not message.body_html:
        return None, "\n\n".join(filter(None, (message.quoted_text, message.signature_text)))
    parts = split_html_reply(message.body_html)
    return _safe(parts.visible, message, show_images), _safe(parts.quoted, message, show_images)


def _safe(html: str, message: TicketMessage, show_images: bool) -> Markup:
    """nh3's allow-list has run over it: the one place where mail becomes markup."""

    def picture(content_id: str) -> str:
        return url_for("inbox.message_picture", message_id=message.id, content_id=content_id)

    return Markup(sanitise_html(html, allow_remote_images=show_images, cid_url=picture))  # noqa: S704


def _warnings(message: TicketMessage) -> list[str]:
    warnings = list(message.notes) if message.direction is Direction.IN else []
    if message.body_html and hidden_text(message.body_html):
        warnings.append("This mail holds text hidden from readers. No draft was made from it.")
    return warnings


def _address(message: TicketMessage) -> str:
    if message.is_internal_note:
        return "Only your team sees this"
    if message.direction is Direction.OUT:
        return "to " + ", ".join(message.recipients)
    return message.author_email


def _file(item: Attachment) -> File:
    return File(item.filename, _size(item.size), url_for("inbox.attachment", attachment_id=item.id))


def _size(size: int) -> str:
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size} {unit}"
        size = round(size / 1000)
    return f"{size} GB"


def _happening(event: TicketEvent) -> Happening:
    to, reason = event.detail.get("to"), event.detail.get("reason")
    words = {"assigned": f"assigned this to {to or 'nobody'}"}.get(event.kind, _spoken(event.kind))
    text = f"{event.actor_name} {words}" + (f": {reason}" if reason else "")
    return Happening(event.id, text, event.created_at, _GLYPHS.get(event.kind, "history"))


def _spoken(kind: str) -> str:
    return {
        "opened": "opened this ticket",
        "closed": "closed this",
        "reopened": "reopened this",
        "approved": "approved the reply",
        "sent": "sent the reply",
        "failed": "could not deliver the reply",
        "discarded": "discarded the draft",
        "taken back": "took the reply back",
        "brought back": "brought the draft back",
        "bounced": "received a bounce for the last reply",
        "delivery unknown": "does not know whether the reply arrived",
    }.get(kind, kind)


