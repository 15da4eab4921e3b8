"""The shared editor: a draft for whatever area, its text, what supports it, and its approval."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.drafts import subjects
from shopapp.drafts.actions import editing
from shopapp.drafts.actions.commissioning import WRITE
from shopapp.drafts.actions.writing import fell_back
from shopapp.drafts.drafters.guarding import holes
from shopapp.drafts.learning.diff import marked
from shopapp.drafts.locking.lock import unsupported
from shopapp.drafts.models import ASIDE, AiDraft, DraftState
from shopapp.drafts.queries import editing as queries
from shopapp.drafts.queries.making import making
from shopapp.drafts.subjects import Place
from shopapp.drafts.unpacking import packet_of
from shopapp.drafts.views import drafts
from shopapp.refusals import Invalid, Stale
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import changed, conflict, found, invalid, is_partial, moved, show
from shopapp.web.typed import line_ends

PAGE, PART = "drafts/editor.html", "drafts/_checks.html"
WRITERS = (Role.ADMIN, Role.AGENT)
REASONS = {
    "facts": "The facts are wrong",
    "tone": "The tone is wrong",
    "question": "It misses the point",
    "unneeded": "Not needed any more",
}


@drafts.get("/<draft_id>/editor")
@allow(*EVERYONE)
def editor(draft_id: str) -> Response:
    """A draft with its text, the facts it rests on, and what people changed."""
    here = scope()
    row = load(here, draft_id)
    standing = queries.working(here.session, row.subject_type, row.subject_id)
    if row.state is DraftState.STALE and standing is not None:
        return moved(address(standing))
    return show(PAGE, PART, **context(here, row))


@drafts.post("/<draft_id>/editor")
@allow(*WRITERS)
def editor_change(draft_id: str) -> Response:
    """Save what is typed: by itself a second after typing, or with the button."""
    here, row = scope(), load(scope(), draft_id)
    body, version = typed()
    try:
        editing.revise(here.session, row, body=body, version=version, by=here.user)
    except Stale as refusal:
        return conflict(PAGE, PART, **context(here, row, body, str(refusal)))
    except Invalid as refusal:
        return invalid(PAGE, PART, **context(here, row, body, str(refusal)))
    said = None if is_partial() else "Draft saved"
    return changed(PART, to=address(row), say=said, **context(here, row))


@drafts.post("/<draft_id>/editor/approval")
@allow(*WRITERS)
def editor_approval(draft_id: str) -> Response:
    """Hand the text to the area the draft is for."""
    here, row = scope(), load(scope(), draft_id)
    body, version = typed()
    confirmed = request.form.getlist("confirmed")
    try:
        said = editing.approve(
            here.session, row, body=body, version=version, confirmed=confirmed, by=here.user
        )
    except Stale as refusal:
        return conflict(PAGE, PART, **context(here, row, body, str(refusal)))
    except Invalid as refusal:
        return invalid(PAGE, PART, **context(here, row, body, str(refusal)))
    return moved(address(row), say=said)


@drafts.post("/<draft_id>/editor/withdrawal")
@allow(*WRITERS)
def editor_withdrawal(draft_id: str) -> Response:
    """Take an approval back while it can be."""
    here, row = scope(), load(scope(), draft_id)
    try:
        editing.take_back(here.session, row, by=here.user)
    except Stale as refusal:
        return conflict(PAGE, PART, **context(here, row, refusal=str(refusal)))
    return moved(address(row), say="Taken back")


@drafts.post("/<draft_id>/editor/discarding")
@allow(*WRITERS)
def editor_discarding(draft_id: str) -> Response:
    """Throw the draft away; the reason teaches."""
    here, row = scope(), load(scope(), draft_id)
    reason, place = request.form.get("reason", ""), place_of(here, row)
    try:
        if reason not in REASONS:
            message = "Choose why it does not fit."
            raise Invalid(message, "reason")
        editing.discard(here.session, row, reason=reason, by=here.user)
    except Stale as refusal:
        return conflict(PAGE, PART, **context(here, row, refusal=str(refusal)))
    except Invalid as refusal:
        return invalid(PAGE, PART, **context(here, row, refusal=str(refusal)))
    return moved(url_for(place.endpoint, **place.values), say="Draft discarded")


def load(here: Scope, draft_id: str) -> AiDraft:
    """A draft of the shared editor; 404 for what stands beside one, and as `place_of` says."""
    row: AiDraft = found(queries.draft(here.session, draft_id))
    place_of(here, row)
    return row if row.state not in ASIDE else found(None)


def place_of(here: Scope, row: AiDraft) -> Place:
    """Where the draft belongs; 404 for one that is edited elsewhere, or whose subject is gone."""
    desk = found(subjects.desk(row))
    place: Place = found(desk.place(here.session, row))
    return place


def typed() -> tuple[str, int]:
    """The text in the form, and the version it was typed over."""
    return line_ends(request.form.get("body")), request.form.get("version", type=int) or 0


def context(
    here: Scope, row: AiDraft, typed: str | None = None, refusal: str = ""
) -> dict[str, Any]:
    """What the editor's templates need; `typed` is what was not saved, for the reason given."""
    place, newest = place_of(here, row), queries.newest(here.session, row)
    saved = newest.body if newest else row.content
    text = next(each for each in (typed, row.final_text, saved) if each is not None)
    return {
        "draft": row,
        "place": place,
        "back": url_for(place.endpoint, **place.values),
        "base": address(row),
        "version": newest.version if newest else 0,
        "text": text,
        "theirs": saved if typed is not None and saved != typed else "",
        "author": queries.author(here.session, newest) if newest else "",
        "saved_at": newest.created_at if newest else row.created_at,
        "refusal": refusal,
        "holes": holes(text) if row.state in editing.OPEN else [],
        "remarks": subjects.desk_of(row.subject_type).remarks(row, text),
        "loose": list(dict.fromkeys(f.text for f in _loose(row, text))),
        "confirmed": request.form.getlist("confirmed"),
        "changes": marked(row.content, text),
        "is_changed": text != row.content,
        "can_edit": row.state in editing.OPEN and here.can(*_ROLES),
        "can_write": here.can(*_ROLES),
        "fell_back": fell_back(row),
        "made": making(here.session, row, WRITE),
        "is_reworked": _is_reworked(here, row),
        "reasons": REASONS,
    }


def _is_reworked(here: Scope, row: AiDraft) -> bool:
    beside = queries.rework_of(here.session, row.subject_type, row.subject_id)
    return beside is not None and beside.parent_id == row.id


_ROLES = tuple(role.value for role in WRITERS)


def _loose(row: AiDraft, text: str) -> list[Any]:
    if row.state not in editing.OPEN:
        return []
    return unsupported(text, packet_of(row.context_packet))


def address(row: AiDraft) -> str:
    """The editor's page."""
    return url_for("drafts.editor", draft_id=row.id)
