"""Macros: the list, and one with its text, its variables and its tags."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.drafts.learning.diff import marked
from shopapp.drafts.retrieving.intents import Intent
from shopapp.drafts.variables import VARIABLES
from shopapp.inbox.actions import macros as actions
from shopapp.inbox.forms import MacroForm
from shopapp.inbox.models import Macro
from shopapp.inbox.queries import knowledge
from shopapp.inbox.queries import macros as queries
from shopapp.inbox.views import inbox
from shopapp.inbox.views.judging import told
from shopapp.refusals import Invalid
from shopapp.web import paging
from shopapp.web.access import EVERYONE, allow, scope
from shopapp.web.htmx import conflict, found, invalid, moved, show

LIST, ROWS = "inbox/macros.html", "inbox/_macro_rows.html"
PAGE, PART = "inbox/macro.html", "inbox/_macro.html"
LONGEST = 200


@inbox.get("/macros")
@allow(Role.ADMIN, Role.AGENT)
def macros() -> Response:
    """The macros, newest change first."""
    here, words = scope(), request.args.get("q", "")[:LONGEST]
    page = paging.keyset(
        here.session,
        queries.listed(words),
        (Macro.updated_at, Macro.id),
        lambda row: (row.updated_at, row.id),
        request.args.get("after", ""),
    )
    return show(
        LIST,
        ROWS,
        rows=page.rows,
        words=words,
        unknown={row.id: actions.unknown_variables(row.body) for row in page.rows},
        next_url=_beside(words, page.older),
        previous_url=_beside(words, page.newer),
    )


@inbox.get("/macros/new")
@allow(Role.ADMIN, Role.AGENT)
def macro_new() -> Response:
    """An empty form."""
    return show(PAGE, PART, **_page(None, MacroForm(is_active=True)))


@inbox.post("/macros")
@allow(Role.ADMIN, Role.AGENT)
def macro_creation() -> Response:
    """Add a macro."""
    here, form = scope(), MacroForm()
    try:
        if form.validate():
            row = actions.create(here.session, _typed(form), by=here.user)
            return moved(url_for("inbox.macros"), say=f"“{row.title}” added")
    except Invalid as refusal:
        form.refuse(refusal)
    return invalid(PAGE, PART, **_page(None, form))


@inbox.get("/macros/<macro_id>")
@allow(*EVERYONE)
def macro(macro_id: str) -> Response:
    """One macro, to change or, for who may not, to read: sources of drafts lead here."""
    row = load(macro_id)
    form = MacroForm(
        title=row.title,
        body=row.body,
        tags=" ".join(row.intents),
        is_active=row.is_active,
        version=str(row.version),
    )
    return show(PAGE, **_page(row, form))


@inbox.post("/macros/<macro_id>")
@allow(Role.ADMIN, Role.AGENT)
def macro_change(macro_id: str) -> Response:
    """Save the macro."""
    here, row, form = scope(), load(macro_id), MacroForm()
    try:
        if form.validate():
            actions.change(here.session, row, _typed(form), version=form.number, by=here.user)
            return moved(url_for("inbox.macros"), say=f"“{row.title}” saved")
    except actions.Overtaken:
        return conflict(PAGE, PART, **_page(row, form, is_conflict=True))
    except Invalid as refusal:
        form.refuse(refusal)
    return invalid(PAGE, PART, **_page(row, form))


@inbox.post("/macros/<macro_id>/removal")
@allow(Role.ADMIN, Role.AGENT)
def macro_removal(macro_id: str) -> Response:
    """Delete the macro."""
    here, row = scope(), load(macro_id)
    actions.remove(here.session, row, by=here.user)
    return moved(url_for("inbox.macros"), say=f"“{row.title}” deleted")


def load(macro_id: str) -> Macro:
    """The macro, or 404."""
    row: Macro = found(queries.macro(scope().session, macro_id))
    return row


def _typed(form: MacroForm) -> actions.Typed:
    return actions.Typed(
        form.title.data or "", form.body.data or "", form.words, bool(form.is_active.data)
    )


def _page(row: Macro | None, form: MacroForm, *, is_conflict: bool = False) -> dict[str, Any]:
    """What the macro's templates need; a conflict shows what was saved beside what was typed."""
    to = "inbox.macro_change" if row else "inbox.macro_creation"
    return {
        "macro": row,
        "url": url_for(to, macro_id=row.id) if row else url_for(to),
        "form": form,
        "problems": form.problems,
        "difference": marked(form.body.data or "", row.body) if row and is_conflict else [],
        "newest": row.version if row else 0,
        "variables": list(VARIABLES.values()),
        "unknown": actions.unknown_variables(form.body.data or ""),
        "intents": [each.value for each in Intent],
        "usage": knowledge.usage(scope().session, row.id) if row else None,
        "told": told,
    }


def _beside(words: str, cursor: str | None) -> str | None:
    """The address of the page at a cursor."""
    return url_for("inbox.macros", q=words or None, after=cursor) if cursor else None
