"""Reworking in the shared editor: asked for, shown as it grows, taken or left; and what leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.db import Session
from shopapp.drafts import subjects
from shopapp.drafts.actions import altering, commissioning, editing, reworking
from shopapp.drafts.drafters.modelled import leaves
from shopapp.drafts.forms import ReworkForm
from shopapp.drafts.models import AiDraft
from shopapp.drafts.proposals import Wish
from shopapp.drafts.queries import editing as queries
from shopapp.drafts.queries.making import making
from shopapp.drafts.queries.writers import language_model
from shopapp.drafts.views import beside, drafts
from shopapp.drafts.views.editor import (
    PAGE,
    PART,
    WRITERS,
    address,
    context,
    load,
    place_of,
    typed,
)
from shopapp.refusals import Invalid, Stale
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import changed, conflict, invalid, is_partial, moved, show

REWORK, PANEL = "drafts/rework.html", "drafts/_rework.html"


@drafts.get("/<draft_id>/editor/tools")
@allow(*WRITERS)
def editor_tools(draft_id: str) -> Response:
    """What can be done with the text, by whoever drafts for this store."""
    here = scope()
    row = load(here, draft_id)
    told = {"in_menu": is_partial(), **_around(here, row), **beside.menu(here.session)}
    return show("drafts/tools.html", "drafts/_tools.html", **told)


@drafts.get("/<draft_id>/editor/reworking")
@allow(*WRITERS)
def editor_rework(draft_id: str) -> Response:
    """The rework beside the text as it stands: polled while it is written."""
    here = scope()
    return show(REWORK, PANEL, **_panel(here, load(here, draft_id)))


@drafts.post("/<draft_id>/editor/reworking")
@allow(*WRITERS)
def editor_reworking(draft_id: str) -> Response:
    """Save what was typed and have it reworked in the background; the text stays as it is."""
    form = ReworkForm()

    def wish(_: Scope, __: AiDraft) -> Wish:
        if not form.validate():
            raise Invalid(next(str(errors[0]) for errors in form.errors.values()))
        return form.wish

    return _asked(draft_id, wish)


@drafts.post("/<draft_id>/editor/reworking/repeating")
@allow(*WRITERS)
def editor_rework_repeating(draft_id: str) -> Response:
    """The same once more, after nobody could write it; what was typed is saved."""
    return _asked(draft_id, lambda here, row: reworking.wish_of(_standing(here, row)))


def _asked(draft_id: str, wish: Callable[[Scope, AiDraft], Wish]) -> Response:
    """The panel of a rework of what was typed."""
    here, row = scope(), load(scope(), draft_id)
    try:
        _save(here, row)
        altering.ask(here.session, row, wish(here, row))
    except (Invalid, Stale) as refusal:
        return _refused(here, row, refusal)
    here.session.flush()
    told = _panel(here, row)
    newest = queries.newest(here.session, row)
    told["version"] = newest.version if newest else ""
    return changed(PANEL, to=told["url"], **told)


@drafts.post("/<draft_id>/editor/reworking/<any(replacing, inserting):way>")
@allow(*WRITERS)
def editor_rework_taking(draft_id: str, way: str) -> Response:
    """Take the reworked text: in the place of the draft's, or below it; what was typed is saved."""
    here, row = scope(), load(scope(), draft_id)
    take = altering.replace if way == "replacing" else altering.insert
    try:
        _save(here, row)
        edited = take(here.session, row, _standing(here, row), by=here.user)
    except (Invalid, Stale) as refusal:
        return _refused(here, row, refusal)
    said = "Replaced; your text is kept in the history" if way == "replacing" else "Added"
    return moved(address(edited), say=said)


@drafts.post("/<draft_id>/editor/reworking/keeping")
@allow(*WRITERS)
def editor_rework_keeping(draft_id: str) -> Response:
    """Keep one's own text: the rework goes, also while it is being written."""
    here, row = scope(), load(scope(), draft_id)
    rework = _rework(here.session, row)
    if rework is not None:
        reworking.set_aside(rework)
    here.session.flush()
    return changed(PANEL, to=address(row), **_panel(here, row))


@drafts.get("/<draft_id>/editor/leaving-data")
@allow(*WRITERS)
def editor_leaving_data(draft_id: str) -> Response:
    """What a new draft would send to the language model, and what the newest ones did send."""
    here = scope()
    row = load(here, draft_id)
    return show(
        "drafts/leaving_data.html",
        service=language_model(here.session),
        leaving=_leaving(here.session, row),
        sent=beside.sent(here.session, row.subject_type, row.subject_id),
        **_around(here, row),
    )


def _leaving(session: Session, row: AiDraft) -> list[dict[str, str]]:
    desk = subjects.desk_of(row.subject_type)
    try:
        assignment = desk.assignment(session, row.subject_id, Wish())
    except (Invalid, Stale):
        return []
    terms = commissioning.terms(session, assignment)
    left = leaves(assignment.brief, terms).messages if terms else ()
    return [{"role": each.role, "content": each.content} for each in left]


def _save(here: Scope, row: AiDraft) -> None:
    """Keep what was typed; a page without the text asks for it as it was saved."""
    if "body" in request.form:
        body, version = typed()
        editing.revise(here.session, row, body=body, version=version, by=here.user)


def _refused(here: Scope, row: AiDraft, refusal: Invalid | Stale) -> Response:
    body = typed()[0] if "body" in request.form else None
    answer = conflict if isinstance(refusal, Stale) else invalid
    return answer(PAGE, PART, **context(here, row, body, str(refusal)))


def _rework(session: Session, row: AiDraft) -> AiDraft | None:
    """The rework of this very draft."""
    found = queries.rework_of(session, row.subject_type, row.subject_id)
    return found if found is not None and found.parent_id == row.id else None


def _standing(here: Scope, row: AiDraft) -> AiDraft:
    rework = _rework(here.session, row)
    if rework is None:
        raise Stale(reworking.GONE)
    return rework


def _around(here: Scope, row: AiDraft) -> dict[str, Any]:
    return {"place": place_of(here, row), "base": address(row)}


def _panel(here: Scope, row: AiDraft) -> dict[str, Any]:
    rework, newest = _rework(here.session, row), queries.newest(here.session, row)
    around = _around(here, row)
    return {
        **around,
        "url": url_for(".editor_rework", draft_id=row.id),
        "form": "draft-form" if is_partial() else "",
        "swaps": "",
        "adds": around["place"].longest is None,
        "version": "",
        "rework": beside.panel(rework, newest.body, making(here.session, rework, altering.ALTER))
        if rework and newest
        else None,
    }
