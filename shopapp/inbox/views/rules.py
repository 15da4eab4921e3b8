"""Rules: their order, an editor that works without scripts, and a dry run."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts import queries as people
from shopapp.accounts.models import Role
from shopapp.inbox import rules as language
from shopapp.inbox.actions import arranging, trying
from shopapp.inbox.models import InboxRule, Priority
from shopapp.inbox.queries import rules as queries
from shopapp.inbox.queries import sources
from shopapp.inbox.queries import tickets as tickets_of
from shopapp.inbox.views import desk as pages
from shopapp.refusals import Invalid
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import changed, found, invalid, moved, show

PAGE, PART = "inbox/rules.html", "inbox/_rules.html"
ONE, FORM, TRIAL = "inbox/rule.html", "inbox/_rule.html", "inbox/_trial.html"
TRIGGERS = {
    "new": "A new ticket arrives",
    "reply": "A customer writes again",
    "silence": "A customer has waited for an answer for",
}


@pages.get("/rules")
@allow(Role.ADMIN)
def rules() -> Response:
    """Every rule in its order."""
    return show(PAGE, PART, **_list(scope()))


@pages.post("/rules")
@allow(Role.ADMIN)
def rule_creation() -> Response:
    """A new rule, opened in the editor."""
    here = scope()
    try:
        rule = arranging.add_rule(here.session, by=here.user)
    except Invalid as refusal:
        return invalid(PAGE, PART, **_list(here, str(refusal)))
    return moved(url_for("desk.rule", rule_id=rule.id))


@pages.get("/rules/<rule_id>")
@allow(Role.ADMIN)
def rule(rule_id: str) -> Response:
    """One rule in the editor."""
    here = scope()
    row = _load(here, rule_id)
    return show(ONE, FORM, **_editor(here, row, _values(row)))


@pages.post("/rules/<rule_id>")
@allow(Role.ADMIN)
def rule_change(rule_id: str) -> Response:
    """Save it, or add and take away lines of the form."""
    here = scope()
    row, typed = _load(here, rule_id), _typed()
    if step := request.form.get("step", ""):
        context = _editor(here, row, _stepped(typed, step), is_typed=True)
        return show(ONE, FORM, **context)
    try:
        arranging.change_rule(here.session, row, values=typed, by=here.user)
    except Invalid as refusal:
        return invalid(ONE, FORM, **_editor(here, row, typed, str(refusal), is_typed=True))
    here.session.flush()
    trying.try_rule(here.session, row)
    here.session.flush()
    here.session.refresh(row)
    context = _editor(here, row, _values(row))
    return changed(FORM, to=_page(row), say="Rule saved and tried", **context)


@pages.post("/rules/<rule_id>/trial")
@allow(Role.ADMIN)
def rule_trial(rule_id: str) -> Response:
    """Try the saved rule on the last 30 days."""
    here = scope()
    row = _load(here, rule_id)
    trying.try_rule(here.session, row)
    here.session.flush()
    here.session.refresh(row)
    return changed(TRIAL, to=_page(row), **_trial(here, row))


@pages.get("/rules/<rule_id>/trial")
@allow(Role.ADMIN)
def rule_trial_result(rule_id: str) -> Response:
    """How far the dry run is, and what it met."""
    here = scope()
    row = _load(here, rule_id)
    return show(ONE, TRIAL, **_editor(here, row, _values(row)))


@pages.post("/rules/<rule_id>/switch")
@allow(Role.ADMIN)
def rule_switch(rule_id: str) -> Response:
    """Switch a rule on or off."""
    here = scope()
    row, on = _load(here, rule_id), request.form.get("on") == "1"
    try:
        arranging.switch_rule(here.session, row, on=on, by=here.user)
    except Invalid as refusal:
        return invalid(PAGE, PART, **_list(here, f"{row.name}: {refusal}"))
    return _changed(here, f"Rule switched {'on' if on else 'off'}")


@pages.post("/rules/<rule_id>/place")
@allow(Role.ADMIN)
def rule_place(rule_id: str) -> Response:
    """Let a rule act earlier or later."""
    here = scope()
    down = request.form.get("way") == "down"
    arranging.move_rule(here.session, _load(here, rule_id), down=down, by=here.user)
    return _changed(here, "Moved down" if down else "Moved up")


@pages.post("/rules/<rule_id>/removal")
@allow(Role.ADMIN)
def rule_removal(rule_id: str) -> Response:
    """Delete a rule."""
    here = scope()
    arranging.delete_rule(here.session, _load(here, rule_id), by=here.user)
    return _changed(here, "Rule deleted")


def _changed(here: Scope, said: str) -> Response:
    here.session.flush()
    return changed(PART, to=url_for("desk.rules"), say=said, **_list(here))


def _load(here: Scope, rule_id: str) -> InboxRule:
    row: InboxRule = found(queries.rule(here.session, rule_id))
    return row


def _page(row: InboxRule) -> str:
    return url_for("desk.rule", rule_id=row.id)


def _list(here: Scope, refusal: str = "") -> dict[str, Any]:
    return {
        "refusal": refusal,
        "rules": queries.in_order(here.session),
        "runs": queries.runs(here.session),
        "spoken": language.spoken,
        "triggers": TRIGGERS,
        "actions": language.ACTIONS,
        "is_tried": trying.is_tried,
    }


def _values(row: InboxRule) -> dict[str, Any]:
    names = ("name", "trigger", "silent_hours", "needs_all", "conditions", "actions")
    return {name: getattr(row, name) for name in names}


def _typed() -> dict[str, Any]:
    """The editor's form: lines of conditions and of actions, the empty ones left out."""
    form = request.form
    hours = form.get("silent_hours", "")
    trigger = form.get("trigger", "new")
    return {
        "name": form.get("name", "").strip()[:80],
        "trigger": trigger if trigger in TRIGGERS else "new",
        "silent_hours": min(max(int(hours), 1), 720)
        if hours.isdecimal() and len(hours) < 5
        else 24,
        "needs_all": form.get("needs_all", "1") == "1",
        "conditions": [
            {"field": field, "op": op, "value": value.strip()}
            for field, op, value in _lines("field", "op", "value")
            if field
        ],
        "actions": [{"do": do, "value": value.strip()} for do, value in _lines("do", "with") if do],
    }


def _lines(*names: str) -> zip[tuple[str, ...]]:
    return zip(*(request.form.getlist(name)[: language.MOST + 1] for name in names), strict=False)


def _stepped(typed: dict[str, Any], step: str) -> dict[str, Any]:
    """The form with a line more or less: 'add-condition', 'drop-action-2'."""
    verb, _, rest = step.partition("-")
    kind, _, number = rest.partition("-")
    rows: list[dict[str, str]] = (
        typed.get(f"{kind}s", []) if kind in ("condition", "action") else []
    )
    if verb == "add" and len(rows) < language.MOST:
        rows.append({})
    elif verb == "drop" and number.isdecimal() and len(number) < 4 and int(number) < len(rows):
        rows.pop(int(number))
    return typed


def _editor(
    here: Scope,
    row: InboxRule,
    values: dict[str, Any],
    refusal: str = "",
    *,
    is_typed: bool = False,
) -> dict[str, Any]:
    members = people.members(here.session, here.store.id)
    named = [(each.user_id, each.user.name or each.user.email) for each in members]
    return {
        "typed": values,
        "refusal": refusal,
        "unsaved": is_typed,
        "triggers": TRIGGERS,
        "fields": language.FIELDS,
        "operators": language.OPERATORS,
        "actions": language.ACTIONS,
        "people": named,
        "macros": [(each.id, each.title) for each in sources.macros(here.session)],
        "priorities": [each.value for each in Priority],
        **_trial(here, row),
    }


def _trial(here: Scope, row: InboxRule) -> dict[str, Any]:
    trial = row.trial or {}
    samples = trial.get("samples", ())
    return {
        "rule": row,
        "base": _page(row),
        "trial": trial,
        "is_tried": trying.is_tried(row),
        "is_current": trial.get("of") == trying.fingerprint(row),
        "samples": tickets_of.chosen(here.session, samples) if samples else (),
    }
