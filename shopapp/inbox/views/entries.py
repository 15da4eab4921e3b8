"""A conversation as the page shows it: messages, notes and events in order of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from flask import url_for
from markupsafe import Markup

from shopapp.drafts.models import AiDraft
from shopapp.inbox.actions import comparing
from shopapp.inbox.models import (
    Attachment,
    DeliveryState,
    Direction,
    ScanState,
    TicketEvent,
    TicketMessage,
)
from shopapp.inbox.queries.tickets import Conversation
from shopapp.inbox.quoting import split_reply_html
from shopapp.inbox.sanitising import has_remote_images, sanitise_html
from shopapp.inbox.undisguising import hidden
from shopapp.inbox.views import composer, crossings, wording
from shopapp.inbox.views.files import PICTURES, size_in_words
from shopapp.inbox.views.people import recipients_line

_GLYPHS = {"assigned": "user", "closed": "archive", "reopened": "undo-2", **wording.GLYPHS}
_GLYPHS |= dict.fromkeys(("merged", "split", "moved", "split off", "moved here"), "split")
_SENT = (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.UNKNOWN)
_TOLD = ("opened", "sent")  # the message itself tells
_WORDS = {
    "closed": "closed this",
    "reopened": "reopened this",
    "approved": "approved the reply",
    "failed": "could not deliver the reply",
    "discarded": "discarded the draft",
    "taken back": "took the reply back",
    "brought back": "brought the draft back",
    "bounced": "received a bounce for the last reply",
    "delayed": "heard that the reply is delayed",
    "complained": "heard that the customer reported the reply as spam",
    "answered elsewhere": "saw a reply written elsewhere",
    "delivery unknown": "does not know whether the reply arrived",
    "delivered": "found that the reply arrived",
    "send again": "had the reply sent again",
    "moved in": "brought this ticket from",
    "scheduled": "chose a later time for the reply",
    "sent at once": "let the reply leave at once",
    "held back": "held the reply back: the customer wrote first",
    "stopped": "stopped the reply before it left",
    "confirmed": "confirmed a fact of the reply",
    "kept": "kept the reply as written although its order changed",
    "begun": "began this conversation",
    comparing.HELD_OUT: "makes no draft: this ticket is in the comparison group",
    comparing.LEFT: "wanted a draft and took this out of the comparison",
}


@dataclass(frozen=True, slots=True)
class File:
    """An attachment: name, size for people, where to download it, and where its picture is.

    One that holds a virus has neither.
    """

    name: str
    size: str
    url: str
    picture: str = ""


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
    hidden_url: str = ""
    outcome: str = ""
    draft_id: str = ""
    kind: str = "message"


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the timeline."""

    id: str
    text: str
    at: datetime
    glyph: str
    undo_url: str = ""
    kind: str = "event"


def entries(
    talk: Conversation, drafts: Sequence[AiDraft], *, images: str = "", all_images: bool = False
) -> list[Entry | Happening]:
    """The conversation in order of time.

    `images` names the message whose remote pictures are shown; `all_images` shows them all.
    """
    shown: list[Entry | Happening] = [
        replace(
            _entry(message, composer.behind(message, drafts), all_images or images == message.id),
            why=crossings.why(message, talk.ticket.id, talk.events),
        )
        for message in talk.messages
    ]
    shown += [_happening(event) for event in talk.events if event.kind not in _TOLD]
    return sorted(shown, key=lambda item: (item.at, item.id))


def _entry(message: TicketMessage, draft: AiDraft | None, show_images: bool) -> Entry:
    html, quoted = _bodies(message, show_images)
    return Entry(
        id=message.id,
        author=message.author_name or message.author_email or "Unknown sender",
        address=_address(message),
        at=message.sent_at,
        note=message.is_internal_note,
        ours=message.direction is Direction.OUT and not message.is_internal_note,
        automatic=message.kind not in ("normal", "note", "forward"),
        delivery=_delivery(message),
        delivery_note=message.delivery_detail or "",
        html=html,
        text=message.visible_text or message.body_text,
        quoted=quoted,
        blocked_images=not show_images and has_remote_images(message.body_html or ""),
        warnings=_warnings(message),
        attachments=[_file(item) for item in message.attachments if not _is_shown(item)],
        why=message.threading_reason,
        raw_url=url_for("inbox.message_raw", message_id=message.id) if message.raw_mail_id else "",
        hidden_url=_hidden_url(message),
        outcome=composer.outcome_of(draft),
        draft_id=draft.id if draft and draft.edit_class else "",
    )


def _hidden_url(message: TicketMessage) -> str:
    """Where what the mail hides can be read; '' when it hides nothing."""
    is_theirs = message.direction is Direction.IN and not message.is_internal_note
    hides = is_theirs and hidden(message.body_html, message.body_text)
    return url_for("inbox.message_hidden", message_id=message.id) if hides else ""


def _delivery(message: TicketMessage) -> str:
    """What became of a reply that left from here; '' for everything else."""
    if message.delivery_state not in _SENT:
        return ""
    if message.delivery_state is DeliveryState.SENT and composer.is_in_outbox(message):
        return "outbox"
    return message.delivery_state.value


def _is_shown(item: Attachment) -> bool:
    """Whether the mail's own HTML shows this file as a picture."""
    return item.is_inline and item.content_type in PICTURES


def _bodies(message: TicketMessage, show_images: bool) -> tuple[Markup | None, Markup | str]:
    if not message.body_html:
        return None, "\n\n".join(filter(None, (message.quoted_text, message.signature_text)))
    parts = split_reply_html(message.body_html)
    return _safe(parts.visible, message, show_images), _safe(parts.quoted, message, show_images)


def _safe(html: str, message: TicketMessage, show_images: bool) -> Markup:
    """nh3's allow-list has run over it: the one place where mail becomes markup."""

    def picture(content_id: str) -> str:
        return url_for("inbox.message_picture", message_id=message.id, content_id=content_id)

    return Markup(sanitise_html(html, allow_remote_images=show_images, cid_url=picture))  # noqa: S704


def _warnings(message: TicketMessage) -> list[str]:
    warnings = list(message.notes) if message.direction is Direction.IN else []
    if message.is_forged:
        warnings.append(
            "This mail may not be from whom it says: your mail server’s check failed (DMARC). "
            "Drafts state nothing of the order."
        )
    warnings += [
        f"{item.filename} holds a virus ({item.scan_detail}). Nobody can open it."
        for item in message.attachments
        if item.scan_state is ScanState.INFECTED
    ]
    return warnings


def _address(message: TicketMessage) -> str:
    if message.is_internal_note:
        return "Only your team sees this"
    if message.direction is Direction.OUT:
        return "to " + recipients_line(message)
    return message.author_email


def _file(item: Attachment) -> File:
    if item.scan_state is ScanState.INFECTED:
        return File(item.filename, "not given out", "")
    url = url_for("inbox.attachment", attachment_id=item.id)
    picture = f"{url}/picture" * (item.content_type in PICTURES)
    return File(item.filename, size_in_words(item.size), url, picture)


def _happening(event: TicketEvent) -> Happening:
    to = event.detail.get("to")
    reason = "" if event.kind == "delivery unknown" else event.detail.get("reason")
    assigned = f"assigned this to {to or 'nobody'}" if event.kind == "assigned" else ""
    told = assigned or crossings.told(event) or wording.words(event)
    words = told or _WORDS.get(event.kind, event.kind)
    spoken = composer.said(str(reason)) if event.kind == "discarded" and reason else reason
    text = f"{event.actor_name} {words}" + (f": {spoken}" if spoken else "")
    glyph = _GLYPHS.get(event.kind, "history")
    return Happening(event.id, text, event.created_at, glyph, crossings.undo_url(event))
