"""Knowledge gaps: what agents add by hand, proposed as articles; the drafts' third page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.drafts.views.reading import PART as READING
from shopapp.drafts.views.reading import is_watched, reading
from shopapp.inbox.actions import noticing
from shopapp.inbox.forms import GapForm
from shopapp.inbox.models import GapState, KnowledgeGap
from shopapp.inbox.queries import gaps as queries
from shopapp.refusals import Invalid, Stale
from shopapp.stores.queries import settings
from shopapp.stores.registry import is_on
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import changed, conflict, found, invalid, show

gaps = Blueprint("gaps", __name__, url_prefix="/<handle>/drafts/gaps")
PAGE, PART = "inbox/gaps.html", "inbox/_gaps.html"
WRITERS = (Role.ADMIN, Role.AGENT)


@gaps.get("")
@allow(*EVERYONE)
def proposals() -> Response:
    """Every gap: those that wait, and those that were decided on."""
    return show(PAGE, READING if is_watched() else PART, **_context(scope()))


@gaps.post("")
@allow(*WRITERS)
def gaps_reading() -> Response:
    """Read the replies now, rather than tonight."""
    here = scope()
    noticing.ask_to_notice(here.session)
    here.session.flush()
    return changed(READING, to=url_for("gaps.proposals"), **_context(here))


@gaps.post("/<gap_id>/article")
@allow(*WRITERS)
def article(gap_id: str) -> Response:
    """Make it an article, as it was typed."""
    here, form = scope(), GapForm()
    row = _load(here, gap_id)
    title, body = form.title.data or "", form.body.data or ""
    try:
        noticing.fill(here.session, row, title=title, body=body, version=form.number, by=here.user)
    except Invalid as refusal:
        return invalid(PAGE, PART, **_context(here, (row.id, str(refusal), title, body)))
    except Stale as refusal:
        return _overtaken(here, row, str(refusal))
    return _changed(here, f"“{title.strip()}” is an article now")


@gaps.post("/<gap_id>/dismissal")
@allow(*WRITERS)
def dismissal(gap_id: str) -> Response:
    """Do not propose it again."""
    here, form = scope(), GapForm()
    row = _load(here, gap_id)
    try:
        noticing.dismiss(here.session, row, version=form.number, by=here.user)
    except Stale as refusal:
        return _overtaken(here, row, str(refusal))
    return _changed(here, "Not proposed again")


def _overtaken(here: Scope, row: KnowledgeGap, reason: str) -> Response:
    gap_id = row.id
    here.session.rollback()
    return conflict(PAGE, PART, **_context(here, (gap_id, reason, "", "")))


def _changed(here: Scope, said: str) -> Response:
    here.session.flush()
    return changed(PART, to=url_for("gaps.proposals"), say=said, **_context(here))


def _load(here: Scope, gap_id: str) -> KnowledgeGap:
    row: KnowledgeGap = found(queries.gap(here.session, gap_id))
    return row


def _context(here: Scope, refused: tuple[str, str, str, str] = ("", "", "", "")) -> dict[str, Any]:
    """The page; `refused` is a gap, why nothing was done, and the typed title and text."""
    rows = queries.listed(here.session)
    return {
        "proposed": [row for row in rows if row.state is GapState.PROPOSED],
        "decided": [row for row in rows if row.state is not GapState.PROPOSED],
        "refused": refused,
        "learns": is_on(settings(here.session), "learn_from_replies"),
        "can_decide": here.can("admin", "agent"),
        "reading": reading(here, noticing.NOTICE, url_for("gaps.proposals"), "replies"),
    }
