"""One insight: what is wrong, its evidence, what to do, and what was done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts import queries as people
from shopapp.accounts.models import Role
from shopapp.refusals import Invalid, Stale
from shopapp.seo import actions
from shopapp.seo.forms import SPANS, ActForm, morning
from shopapp.seo.models import SeoInsight
from shopapp.seo.queries import insights as queries
from shopapp.seo.views import seo
from shopapp.seo.views.bulk import undoing
from shopapp.seo.views.paper import paper
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import changed, conflict, found, invalid, show

PAGE, PART = "seo/insight.html", "seo/_insight.html"
Act = Callable[[Scope, SeoInsight, ActForm], str]


@seo.get("/insights/<insight_id>")
@allow(*EVERYONE)
def insight(insight_id: str) -> Response:
    """One insight."""
    return show(PAGE, PART, **page(scope(), load(insight_id)))


@seo.post("/insights/<insight_id>/assignment")
@allow(Role.ADMIN, Role.AGENT)
def insight_assignment(insight_id: str) -> Response:
    """Give it to a member, or to nobody."""
    return _acted(insight_id, _assign)


@seo.post("/insights/<insight_id>/start")
@allow(Role.ADMIN, Role.AGENT)
def insight_start(insight_id: str) -> Response:
    """Somebody begins."""
    return _acted(insight_id, _start)


@seo.post("/insights/<insight_id>/snooze")
@allow(Role.ADMIN, Role.AGENT)
def insight_snooze(insight_id: str) -> Response:
    """Out of sight for a while."""
    return _acted(insight_id, _snooze)


@seo.post("/insights/<insight_id>/resolution")
@allow(Role.ADMIN, Role.AGENT)
def insight_resolution(insight_id: str) -> Response:
    """It is done."""
    return _acted(insight_id, _resolve)


@seo.post("/insights/<insight_id>/refusal")
@allow(Role.ADMIN, Role.AGENT)
def insight_refusal(insight_id: str) -> Response:
    """It shall be ignored, with a reason."""
    return _acted(insight_id, _ignore)


@seo.post("/insights/<insight_id>/reopening")
@allow(Role.ADMIN, Role.AGENT)
def insight_reopening(insight_id: str) -> Response:
    """It is open again."""
    return _acted(insight_id, _reopen)


@seo.post("/insights/<insight_id>/notes")
@allow(*EVERYONE)
def insight_notes(insight_id: str) -> Response:
    """A note for the team; nobody's version is in its way."""
    here, row, form = scope(), load(insight_id), ActForm()
    try:
        actions.add_note(here.session, row, body=form.body.data or "", by=here.user)
    except Invalid as refusal:
        return invalid(PAGE, PART, **page(here, row, form=form, refusal=str(refusal)))
    here.session.flush()
    return changed(PART, to=address(row), say="Note added", **page(here, row))


def load(insight_id: str) -> SeoInsight:
    """The insight, or 404."""
    row: SeoInsight = found(queries.insight(scope().session, insight_id))
    return row


def address(row: SeoInsight) -> str:
    """The insight's page, with the list's query string to go back by."""
    return url_for("seo.insight", insight_id=row.id, **_back())


def page(
    here: Scope,
    row: SeoInsight,
    *,
    form: ActForm | None = None,
    refusal: str = "",
    clash: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """What the insight's templates need; a refused form keeps what was typed into it."""
    typed = {} if form is None else {n: form[n].data or "" for n in ("note", "reason", "body")}
    return {
        "insight": row,
        "base": url_for("seo.insight", insight_id=row.id),
        "list_url": url_for("seo.insights", **_back()),
        "kept": f"?{urlencode(_back())}" if _back() else "",
        "members": [each.user for each in people.members(here.session, here.store.id)],
        "spans": SPANS,
        "typed": {"note": "", "reason": "", "body": "", **typed},
        "refusal": refusal,
        "clash": clash,
        **paper(here.session, row),
    }


def _acted(insight_id: str, act: Act) -> Response:
    here, row, form = scope(), load(insight_id), ActForm()
    try:
        if not form.validate():
            raise Invalid("That is too long. Shorten it and try again.")
        actions.hold(row, form.seen)
        said = act(here, row, form)
    except Stale:
        clash = {"url": request.path, "typed": _posted(form), "wanted": _WANTED[act]}
        return conflict(PAGE, PART, **page(here, row, form=form, clash=clash))
    except Invalid as refusal:
        return invalid(PAGE, PART, **page(here, row, form=form, refusal=str(refusal)))
    here.session.flush()
    action = undoing([row])
    return changed(PART, to=address(row), say=said, action=action, **page(here, row))


def _assign(here: Scope, row: SeoInsight, form: ActForm) -> str:
    chosen = form.assignee.data or ""
    to = found(people.member(here.session, here.store.id, chosen)) if chosen else None
    actions.assign(here.session, row, to=to, by=here.user)
    return f"Assigned to {to.name or to.email}" if to else "Assigned to nobody"


def _start(here: Scope, row: SeoInsight, _form: ActForm) -> str:
    actions.start(here.session, row, by=here.user)
    return "Started"


def _snooze(here: Scope, row: SeoInsight, form: ActForm) -> str:
    until = morning(form.until.data or "", here.store.timezone)
    actions.snooze(here.session, row, until=until, by=here.user)
    return f"Snoozed until {until:%-d %B}"


def _resolve(here: Scope, row: SeoInsight, form: ActForm) -> str:
    actions.resolve(here.session, row, note=form.note.data or "", by=here.user)
    return "Resolved"


def _ignore(here: Scope, row: SeoInsight, form: ActForm) -> str:
    actions.ignore(here.session, row, reason=form.reason.data or "", by=here.user)
    return "Ignored"


def _reopen(here: Scope, row: SeoInsight, _form: ActForm) -> str:
    actions.reopen(here.session, row, by=here.user)
    return "Reopened"


_WANTED: dict[Act, str] = {
    _assign: "assign it",
    _start: "start it",
    _snooze: "snooze it",
    _resolve: "resolve it",
    _ignore: "ignore it",
    _reopen: "reopen it",
}


def _posted(form: ActForm) -> dict[str, str]:
    """What the form held, to be sent again."""
    names = ("note", "reason", "until", "assignee")
    return {name: form[name].data for name in names if form[name].data}


def _back() -> dict[str, Any]:
    names = ("view", "q", "rule", "severity", "assignee", "after")
    asked = {name: request.args.get(name, "") for name in names}
    return {name: value for name, value in asked.items() if value}
