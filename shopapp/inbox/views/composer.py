"""The composer as a small state machine: what stands below the conversation, and why."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from flask import url_for

from shopapp import clock
from shopapp.connections.mailboxes import Origin, Route
from shopapp.drafts.diff import Kind, changes
from shopapp.drafts.models import AiDraft, DraftState
from shopapp.inbox.forms import REASONS
from shopapp.inbox.models import AuthorType, DeliveryState, Ticket, TicketMessage
from shopapp.inbox.queries.tickets import Conversation

_GLYPHS = {"macro": "message-square-text", "article": "book-open", "approved_reply": "history"}
_MARKS = {Kind.EQUAL: "equal", Kind.REMOVED: "delete", Kind.ADDED: "insert"}
_CLASSES = {
    "as_is": "Sent as drafted",
    "light": "Light edit",
    "moderate": "Moderate edit",
    "rewrite": "Rewritten",
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a draft's words come from; `why` says how it was found."""

    title: str
    glyph: str
    why: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class Composer:
    """What the composer's templates show.

    `state` is one of note, empty, drafting, proposed, edited, stale, failed, refused, nothing,
    discarded (a form), or queued, sending, sent, outbox, unknown (what became of the reply).
    """

    state: str
    url: str
    text: str = ""
    version: str = ""
    seen: str = ""
    to: str = ""
    saved: str = ""
    reason: str = ""
    why: str = ""
    has_draft: bool = False
    facts_known: int = 0
    facts_total: int = 0
    sources: list[Source] = field(default_factory=list)
    at: datetime | None = None
    due_at: datetime | None = None
    now: datetime = field(default_factory=clock.now)
    seconds: int = 0
    edit_class: str = ""
    reply_id: str = ""


def of(talk: Conversation, draft: AiDraft | None, route: Route, compose: str | None) -> Composer:
    """The composer of a conversation; `compose` is what the person asked for (note, plain)."""
    if compose == "note":
        return noting(talk.ticket)
    empty = _empty(talk)
    if talk.reply is not None:
        return _written(empty, talk, talk.reply, draft)
    answers = draft is not None and draft.ticket_message_id == _id(talk.last_question)
    if compose == "plain":
        return empty
    if talk.last_reply is not None:
        return _left(empty, talk.last_reply, draft, route)
    return _without_reply(empty, draft) if draft is not None and answers else empty


def noting(ticket: Ticket, text: str = "", error: str = "") -> Composer:
    """The composer writing a note."""
    return Composer("note", _url(ticket, "ticket_notes"), text=text, reason=error)


def refused(shown: Composer, text: str, reason: str) -> Composer:
    """The composer after a refused send: the typed text with the reason."""
    return replace(shown, state="refused", text=text, reason=reason)


def version_of(reply: TicketMessage | None) -> str:
    """The token by which a save names the text it is based on."""
    return f"{reply.id}:{reply.version}" if reply else ""


def changes_of(draft: AiDraft | None, text: str) -> list[tuple[str, str]]:
    """How a person changed what the draft proposed; empty when nothing was."""
    if draft is None or not draft.content or draft.content == text:
        return []
    return difference(draft.content, text)


def difference(old: str, new: str) -> list[tuple[str, str]]:
    """Word-level changes as the page's component wants them: (equal, insert or delete, text)."""
    return [(_MARKS[span.kind], span.text) for span in changes(old, new)]


def _empty(talk: Conversation) -> Composer:
    return Composer(
        "empty",
        _url(talk.ticket, "reply"),
        seen=talk.last_seen,
        to=talk.ticket.customer_email,
        version=version_of(talk.reply),
    )


def _written(
    empty: Composer, talk: Conversation, reply: TicketMessage, draft: AiDraft | None
) -> Composer:
    own = draft if draft is not None and draft.reply_id == reply.id else None
    shown = replace(_sourced(empty, own), text=reply.body_text, reply_id=reply.id)
    if reply.delivery_state is not DeliveryState.DRAFT:
        return _leaving(shown, reply)
    if reply.author_type is not AuthorType.AI:
        shown = replace(shown, saved="Saved", at=reply.updated_at)
    if reply.delivery_detail:
        return replace(shown, state="failed", reason=reply.delivery_detail)
    if own is None:
        return shown
    if own.ticket_message_id != _id(talk.last_question):
        return replace(shown, state="stale")
    return replace(shown, state="edited" if own.state is DraftState.EDITED else "proposed")


def _leaving(shown: Composer, reply: TicketMessage) -> Composer:
    left = (reply.sent_at - clock.now()).total_seconds()
    state = "queued" if reply.delivery_state is DeliveryState.QUEUED else "sending"
    return replace(shown, state=state, due_at=reply.sent_at, seconds=max(0, round(left)))


def _left(empty: Composer, reply: TicketMessage, draft: AiDraft | None, route: Route) -> Composer:
    own = draft if draft is not None and draft.reply_id == reply.id else None
    shown = replace(
        empty,
        text=reply.body_text,
        at=reply.sent_at,
        to=", ".join(reply.recipients),
        reply_id=reply.id,
        edit_class=_CLASSES.get(own.edit_class or "", "") if own else "",
    )
    if reply.delivery_state is DeliveryState.UNKNOWN:
        return replace(shown, state="unknown")
    if reply.delivery_state is DeliveryState.FAILED:
        return replace(empty, state="failed", reason=reply.delivery_detail or "")
    return replace(shown, state="outbox" if route.origin is Origin.OUTBOX else "sent")


def _without_reply(empty: Composer, draft: AiDraft) -> Composer:
    if draft.state is DraftState.DRAFTING:
        return replace(empty, state="drafting")
    if draft.state is DraftState.FAILED:
        return replace(empty, state="nothing", reason=draft.error or "")
    if draft.state is DraftState.DISCARDED:
        reason = REASONS.get(draft.discard_reason or "", draft.discard_reason or "")
        return replace(empty, state="discarded", reason=reason.lower())
    return empty


def _sourced(empty: Composer, draft: AiDraft | None) -> Composer:
    if draft is None:
        return empty
    return replace(
        empty,
        has_draft=True,
        why=draft.reason,
        facts_known=draft.facts_supported or 0,
        facts_total=draft.facts_total or 0,
        sources=[
            Source(
                f"{str(source['kind']).replace('_', ' ').capitalize()}: {source['title']}",
                _GLYPHS.get(str(source["kind"]), "link"),
                str(source.get("why", "")),
                str(source.get("excerpt", "")),
            )
            for source in draft.sources
        ],
    )


def _id(message: TicketMessage | None) -> str | None:
    return message.id if message else None


def _url(ticket: Ticket, name: str) -> str:
    return url_for(f"inbox.{name}", ticket_id=ticket.id)
