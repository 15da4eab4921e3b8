"""The shared editor: a draft for whatever area, its text, what supports it, and its approval."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.drafts import diff, subjects
from shopapp.drafts.actions import editing
from shopapp.drafts.lock import unsupported
from shopapp.drafts.models import AiDraft, DraftState
from shopapp.drafts.queries import editing as queries
from shopapp.drafts.subjects import Place
from shopapp.drafts.unpacking import packet_of
from shopapp.drafts.views import drafts
from shopapp.refusals import Invalid, Stale
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import changed, conflict, found, invalid, is_partial, moved, show

PAGE, PART = "drafts/editor.html", "drafts/_checks.html"
WRITERS = (Role.ADMIN, Role.AGENT)
REASONS = {
    "facts": "The facts are wrong",
    "tone": "The tone is wrong",
    "question": "It misses the point",
    "unneeded": "Not needed any more",
}
_DRAWN = {diff.Kind.EQUAL: "equal", diff.Kind.REMOVED: "delete", diff.Kind.ADDED: "insert"}


@drafts.get("/<draft_id>/editor")
@allow(*EVERYONE)
def editor(draft_id: str) -> Response:
    """A draft with its text, the facts it rests on, and what people changed."""
    here = scope()
    return show(PAGE, PART, **_context(here, _load(here, draft_id)))


@drafts.post("/<draft_id>/editor")
@allow(*WRITERS)
def editor_change(draft_id: str) -> Response:
    """Save what is typed: by itself a second after typing, or with the button."""
    here, row = scope(), _load(scope(), draft_id)
    body, version = _typed()
    try:
        editing.revise(here.session, row, body=body, version=version, by=here.user)
    except Stale as refusal:
        return conflict(PAGE, PART, **_context(here, row, body, str(refusal)))
    except Invalid as refusal:
        return invalid(PAGE, PART, **_context(here, row, body, str(refusal)))
    said = None if is_partial() else "Draft saved"
    return changed(PART, to=_address(row), say=said, **_context(here, row))


@drafts.post("/<draft_id>/editor/approval")
@allow(*WRITERS)
def editor_approval(draft_id: str) -> Response:
    """Hand the text to the area the draft is for."""
    here, row = scope(), _load(scope(), draft_id)
    body, version = _typed()
    confirmed = request.form.getlist("confirmed")
    try:
        said = editing.approve(
            here.session, row, body=body, version=version, confirmed=confirmed, by=here.user
        )
    except Stale as refusal:
        return conflict(PAGE, PART, **_context(here, row, body, str(refusal)))
    except Invalid as refusal:
        return invalid(PAGE, PART, **_context(here, row, body, str(refusal)))
    return moved(_address(row), say=said)


@drafts.post("/<draft_id>/editor/withdrawal")
@allow(*WRITERS)
def editor_withdrawal(draft_id: str) -> Response:
    """Take an approval back while it can be."""
    here, row = scope(), _load(scope(), draft_id)
    try:
        editing.take_back(here.session, row, by=here.user)
    except Stale as refusal:
        return conflict(PAGE, PART, **_context(here, row, refusal=str(refusal)))
    return moved(_address(row), say="Taken back")


@drafts.post("/<draft_id>/editor/discarding")
@allow(*WRITERS)
def editor_discarding(draft_id: str) -> Response:
    """Throw the draft away; the reason teaches."""
    here, row = scope(), _load(scope(), draft_id)
    reason, place = request.form.get("reason", ""), _place(here, row)
    try:
        if reason not in REASONS:
            message = "Choose why it does not fit."
            raise Invalid(message, "reason")
        editing.discard(here.session, row, reason=reason, by=here.user)
    except Stale as refusal:
        return conflict(PAGE, PART, **_context(here, row, refusal=str(refusal)))
    except Invalid as refusal:
        return invalid(PAGE, PART, **_context(here, row, refusal=str(refusal)))
    return moved(url_for(place.endpoint, **place.values), say="Draft discarded")


def _load(here: Scope, draft_id: str) -> AiDraft:
    row: AiDraft = found(queries.draft(here.session, draft_id))
    _place(here, row)
    return row


def _place(here: Scope, row: AiDraft) -> Place:
    """Where the draft belongs; 404 for one that is edited elsewhere, or whose subject is gone."""
    desk = found(subjects.desk(row))
    place: Place = found(desk.place(here.session, row))
    return place


def _typed() -> tuple[str, int]:
    body = request.form.get("body", "").replace("\r\n", "\n").replace("\r", "\n")
    return body, request.form.get("version", type=int) or 0


def _context(
    here: Scope, row: AiDraft, typed: str | None = None, refusal: str = ""
) -> dict[str, Any]:
    place, newest = _place(here, row), queries.newest(here.session, row)
    is_over = row.state in (DraftState.SENT, DraftState.DISCARDED)
    stored = row.final_text if row.final_text is not None else newest.body
    text = stored if typed is None else typed
    spans = diff.changes(row.content, text)
    return {
        "draft": row,
        "place": place,
        "back": url_for(place.endpoint, **place.values),
        "base": _address(row),
        "version": newest.version,
        "text": text,
        "theirs": newest.body if typed is not None and newest.body != typed else "",
        "author": queries.author(here.session, newest),
        "saved_at": newest.created_at,
        "refusal": refusal,
        "loose": list(dict.fromkeys(f.text for f in _loose(row, text))) if not is_over else [],
        "confirmed": request.form.getlist("confirmed"),
        "changes": [(_DRAWN[each.kind], each.text) for each in spans],
        "is_changed": text != row.content,
        "can_edit": not is_over and row.state is not DraftState.QUEUED and here.can(*_ROLES),
        "reasons": REASONS,
    }


_ROLES = tuple(role.value for role in WRITERS)


def _loose(row: AiDraft, text: str) -> list[Any]:
    return unsupported(text, packet_of(row.context_packet))


def _address(row: AiDraft) -> str:
    return url_for("drafts.editor", draft_id=row.id)
