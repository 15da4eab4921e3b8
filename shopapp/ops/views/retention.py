"""Retention: how long what is kept, and what would go now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp import clock
from shopapp.accounts.models import Role
from shopapp.ops.retention import rules, running
from shopapp.ops.retention.rules import Rule
from shopapp.ops.retention.saving import save_retention
from shopapp.ops.views import system
from shopapp.refusals import Invalid
from shopapp.settings import forms
from shopapp.settings.actions import Clash
from shopapp.settings.views.clashing import banner, given_up
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import changed, conflict, invalid, show

PAGE, PART = "system/retention.html", "system/_retention.html"


@dataclass(frozen=True, slots=True)
class Row:
    """A rule on the page: the text in its field, and how many rows go with what is saved."""

    rule: Rule
    value: str
    error: str
    due: int


@system.get("/retention")
@allow(Role.ADMIN)
def retention() -> Response:
    """The form."""
    here = scope()
    return show(PAGE, PART, **_context(here, _saved(here)))


@system.post("/retention")
@allow(Role.ADMIN)
def retention_change() -> Response:
    """Save the form, or put one field back to its default for the person to save."""
    here = scope()
    saved = _saved(here)
    typed = {key: request.form.get(key, "") for key in saved}
    typed |= {key: saved[key] for key in given_up() & saved.keys()}
    reset = rules.rule(request.form.get("reset", ""))
    if reset is not None:
        typed[reset.key] = str(reset.default)
        return show(PAGE, PART, **_context(here, typed))
    days, errors = _read(typed)
    if errors:
        return invalid(PAGE, PART, **_context(here, typed, errors))
    try:
        save_retention(here.session, days=days, version=forms.version(request.form), by=here.user)
    except Clash as clash:
        merged = {key: str(value) for key, value in clash.values.items()}
        return conflict(PAGE, PART, **_context(here, merged, clash=clash))
    context = _context(here, _saved(here), is_saved=True)
    return changed(PART, to=url_for("system.retention"), say="Retention saved", **context)


def _saved(here: Scope) -> dict[str, str]:
    return {key: str(days) for key, days in rules.values(here.settings).items()}


def _read(typed: Mapping[str, str]) -> tuple[dict[str, int], forms.Errors]:
    days: dict[str, int] = {}
    errors: forms.Errors = []
    for rule in rules.RULES:
        try:
            days[rule.key] = rules.read(rule, typed[rule.key])
        except Invalid as refusal:
            errors.append((rule.key, str(refusal)))
    return days, errors


def _context(
    here: Scope,
    typed: Mapping[str, str],
    errors: forms.Errors | None = None,
    clash: Clash | None = None,
    *,
    is_saved: bool = False,
) -> dict[str, Any]:
    is_typed = request.method == "POST" and not is_saved
    old = request.form.get("version", "") if is_typed and clash is None else None
    due, said = running.counts(here.session, clock.now()), dict(errors or [])
    return {
        "rows": [
            Row(rule, typed[rule.key], said.get(rule.key, ""), due[rule.key])
            for rule in rules.RULES
        ],
        "errors": errors or [],
        "clash": banner(clash),
        "version": here.settings.version if old is None else old,
        "unsaved": is_typed,
    }
