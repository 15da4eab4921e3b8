"""The composer as a small state machine: what stands below the conversation, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from flask import url_for

from shopapp import clock
from shopapp.drafts.learning import edits
from shopapp.drafts.models import AiDraft, DraftState
from shopapp.drafts.queries.making import Making
from shopapp.inbox.actions.comparing import is_compared
from shopapp.inbox.actions.departing import CHANGED, OLD
from shopapp.inbox.actions.sending import HELD, slots
from shopapp.inbox.forms import REASONS, reason_in_words
from shopapp.inbox.models import AuthorType, DeliveryState, Ticket, TicketMessage
from shopapp.inbox.queries.exposure import Exposure
from shopapp.inbox.queries.tickets import Conversation
from shopapp.inbox.views.chips import File, files_of
from shopapp.inbox.views.people import asked_line, recipients_line
from shopapp.inbox.views.provenance import Source, sources_of
from shopapp.mail.models import OutboundMail

CLASSES = {
    "as_is": "Sent as drafted",
    "light": "Light edit",
    "moderate": "Moderate edit",
    "rewrite": "Rewritten",
}
POLLED = ("drafting", "sending")


@dataclass(frozen=True, slots=True)
class Composer:
    """What the composer's templates show.

    `state` is one of note, empty, compared (no draft, to compare), drafting, given_up, proposed,
    edited, stale, failed, held, changed, refused, nothing, discarded (a form), or queued,
    scheduled, waiting, sending, sent, outbox, unknown (what became of the reply); `who` approved
    it. `notice` says why the last click did nothing, in any state; `trouble` what is to be known of
    the draft; `is_reworked` that a rework stands beside it. `must_check` opens the facts.
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
    draft_id: str = ""
    reply_id: str = ""
    notice: str = ""
    news: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    who: str = ""
    anyway: bool = False
    trouble: str = ""
    is_reworked: bool = False
    typed: dict[str, str] = field(default_factory=dict)
    asks: Sequence[Exposure] = ()
    must_check: bool = False

    @property
    def checks(self) -> bool:
        """Whether the facts are to be looked at now: some are open, or the order changed."""
        return self.must_check or self.facts_known < self.facts_total

    @property
    def slots(self) -> list[str]:
        """The variables a person has to fill in before the reply can be sent."""
        return slots(self.text)


def of(
    talk: Conversation,
    drafts: Sequence[AiDraft],
    compose: str | None = None,
    made: Making = Making(),  # noqa: B008 - it is frozen
) -> Composer:
    """The composer of a conversation and its AI drafts, newest first.

    `compose` is what the person asked for: note or plain; `made` how the newest draft gets on.
    """
    if compose == "note":
        return noting(talk.ticket)
    empty = _empty(talk)
    if talk.reply is not None:
        return _written(empty, talk, talk.reply, behind(talk.reply, drafts))
    if compose == "plain":
        return empty
    if talk.last_reply is not None:
        return _left(empty, talk.last_reply, behind(talk.last_reply, drafts))
    if not drafts and is_compared(talk.events):
        return replace(empty, state="compared")
    return _without_reply(empty, drafts[0], talk, made) if drafts else empty


def behind(reply: TicketMessage, drafts: Sequence[AiDraft]) -> AiDraft | None:
    """The AI draft that seeded a reply, if one did."""
    return next((draft for draft in drafts if draft.reply_id == reply.id), None)


def noting(ticket: Ticket, text: str = "", error: str = "") -> Composer:
    """The composer writing a note."""
    return Composer("note", _url(ticket, "ticket_notes"), text=text, reason=error)


def refused(
    shown: Composer,
    *,
    text: str,
    version: str,
    reason: str,
    typed: dict[str, str],
    news: Sequence[str] = (),
    asks: Sequence[Exposure] = (),
    must_check: bool = False,
) -> Composer:
    """The composer after a refused send: what was typed with the reason, what is `news`, and who
    would read of somebody else's order.

    `version` is the one the text is based on, so that nobody else's text is overwritten unseen.
    """
    return replace(
        shown,
        state="refused",
        text=text,
        version=version,
        reason=reason,
        typed=typed,
        news=list(news),
        asks=asks,
        must_check=must_check,
        saved="",
    )


def noticed(shown: Composer, notice: str) -> Composer:
    """The composer as it stands, saying why the last click did nothing."""
    return replace(shown, notice=notice)


def version_of(reply: TicketMessage | None) -> str:
    """The token by which a save names the text it is based on."""
    return f"{reply.id}:{reply.version}" if reply else ""


def outcome_of(draft: AiDraft | None) -> str:
    """What became of a sent draft: 'Light edit · 7 % changed'."""
    ned = (draft.score or {}).get("ned") if draft else None
    return edits.outcome(draft.edit_class, ned) if draft else ""


def said(reason: str | None) -> str:
    """A reason as the end of a sentence; a person's own words as they are."""
    words = reason_in_words(reason)
    return words.lower() if reason in REASONS else words


def _empty(talk: Conversation) -> Composer:
    return Composer(
        "empty",
        _url(talk.ticket, "reply"),
        seen=talk.last_seen,
        to=asked_line(talk),
        version=version_of(talk.reply),
    )


def _written(
    empty: Composer, talk: Conversation, reply: TicketMessage, own: AiDraft | None
) -> Composer:
    shown = replace(
        _sourced(empty, own),
        text=reply.body_text,
        reply_id=reply.id,
        to=recipients_line(reply),
        files=files_of(reply.attachments),
    )
    if reply.delivery_state is not DeliveryState.DRAFT:
        return _leaving(shown, reply)
    if reply.author_type is not AuthorType.AI:
        shown = replace(shown, saved="Saved", at=reply.updated_at)
    if reply.delivery_detail:
        return _returned(shown, reply.delivery_detail)
    if own is None:
        return shown
    if own.ticket_message_id != _id(talk.last_question):
        return replace(shown, state="stale")
    return replace(shown, state="edited" if own.state is DraftState.EDITED else "proposed")


def _returned(shown: Composer, why: str) -> Composer:
    """A reply that came back: the customer wrote first, its order changed, or no server took it."""
    is_changed = why.startswith((CHANGED, OLD))
    state = "held" if why == HELD else "changed" if is_changed else "failed"
    return replace(shown, state=state, reason=why, must_check=is_changed)


def _leaving(shown: Composer, reply: TicketMessage) -> Composer:
    """Queued while undo lasts, waiting after a server said not now, else in the worker's hands."""
    left = round((reply.sent_at - clock.now()).total_seconds())
    shown = replace(shown, due_at=reply.sent_at, seconds=max(0, left), who=reply.author_name)
    if reply.delivery_state is not DeliveryState.QUEUED:
        return replace(shown, state="sending")
    if reply.delivery_detail:
        return replace(shown, state="waiting", reason=reply.delivery_detail)
    mail = _mail(reply)
    if left > 0 and mail is not None and mail.send_at is not None:
        return replace(shown, state="scheduled", anyway=mail.send_anyway)
    return replace(shown, state="queued" if left > 0 else "sending")


def _left(empty: Composer, reply: TicketMessage, own: AiDraft | None) -> Composer:
    shown = replace(
        empty,
        text=reply.body_text,
        at=reply.sent_at,
        to=recipients_line(reply),
        reply_id=reply.id,
        edit_class=outcome_of(own),
        draft_id=own.id if own else "",
    )
    if reply.delivery_state is DeliveryState.UNKNOWN:
        return replace(shown, state="unknown")
    if reply.delivery_state is DeliveryState.FAILED:
        reason = reply.delivery_detail or ""
        return replace(empty, state="failed", text=reply.body_text, reason=reason)
    return replace(shown, state="outbox" if is_in_outbox(reply) else "sent")


def is_in_outbox(reply: TicketMessage) -> bool:
    """Whether the reply was written to the local outbox folder and reached nobody."""
    last = _mail(reply)
    return last is not None and (last.transport or "").startswith("outbox")


def _mail(reply: TicketMessage) -> OutboundMail | None:
    """The newest mail that carries a reply."""
    return max(reply.outbound, key=lambda mail: mail.id, default=None)


def _without_reply(empty: Composer, draft: AiDraft, talk: Conversation, made: Making) -> Composer:
    if made.given_up:
        return replace(empty, state="given_up", reason=made.given_up)
    if draft.state is DraftState.DRAFTING:
        return replace(empty, state="drafting", text=draft.content, trouble=made.waits)
    if draft.ticket_message_id != _id(talk.last_question):
        return empty
    if draft.state is DraftState.FAILED:
        return replace(empty, state="nothing", reason=draft.error or "")
    if draft.state is DraftState.DISCARDED:
        return replace(empty, state="discarded", reason=said(draft.discard_reason))
    return empty


def _sourced(empty: Composer, draft: AiDraft | None) -> Composer:
    if draft is None:
        return empty
    return replace(
        empty,
        has_draft=True,
        draft_id=draft.id,
        why=draft.reason,
        trouble=draft.error or "",
        facts_known=draft.facts_supported or 0,
        facts_total=draft.facts_total or 0,
        sources=sources_of(draft),
    )


def _id(message: TicketMessage | None) -> str | None:
    return message.id if message else None


def _url(ticket: Ticket, name: str) -> str:
    return url_for(f"inbox.{name}", ticket_id=ticket.id)
