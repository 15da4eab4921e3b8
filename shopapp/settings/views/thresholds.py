"""Thresholds: numbers with their consequence and what they would have matched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.refusals import Invalid
from shopapp.settings import forms, queries
from shopapp.settings.actions import Clash, save_thresholds
from shopapp.settings.views import settings
from shopapp.settings.views.clashing import banner, given_up
from shopapp.stores import registry
from shopapp.stores.registry import Threshold
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import changed, conflict, found, invalid, show

PAGE, PART = "settings/thresholds.html", "settings/_thresholds.html"


@dataclass(frozen=True, slots=True)
class Row:
    """A threshold on the page: the text in its field, and what it would have matched."""

    threshold: Threshold
    value: str
    unit: str
    error: str
    matched: str | None

    @property
    def is_default(self) -> bool:
        return self.value == str(self.threshold.default)


@settings.get("/thresholds")
@allow(Role.ADMIN)
def thresholds() -> Response:
    """The form."""
    here = scope()
    return show(PAGE, PART, **_context(here, _saved(here)))


@settings.get("/thresholds/<key>/matches")
@allow(Role.ADMIN)
def threshold_matches(key: str) -> Response:
    """What the number being typed would have matched."""
    threshold = found(registry.threshold(key))
    matched = _matched(scope(), threshold, request.args.get(key, ""))
    return show("settings/_matches.html", key=key, matched=matched)


@settings.post("/thresholds")
@allow(Role.ADMIN)
def thresholds_change() -> Response:
    """Save the form, or put one field back to its default for the person to save."""
    here = scope()
    saved = _saved(here)
    typed = {key: request.form.get(key, "") for key in saved}
    typed |= {key: saved[key] for key in given_up() & saved.keys()}
    reset = registry.threshold(request.form.get("reset", ""))
    if reset is not None:
        typed[reset.key] = str(reset.default)
        return show(PAGE, PART, **_context(here, typed))
    values, errors = forms.thresholds(typed)
    if errors:
        return invalid(PAGE, PART, **_context(here, typed, errors))
    version = forms.version(request.form)
    try:
        save_thresholds(here.session, values=values, version=version, by=here.user)
    except Clash as clash:
        merged = {key: str(value) for key, value in clash.values.items()}
        return conflict(PAGE, PART, **_context(here, merged, clash=clash))
    context = _context(here, _saved(here), is_saved=True)
    return changed(PART, to=url_for("settings.thresholds"), say="Thresholds saved", **context)


def _saved(here: Scope) -> dict[str, str]:
    return {key: str(value) for key, value in registry.limits(here.settings).items()}


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
    rows = [_row(here, each, typed[each.key], dict(errors or [])) for each in registry.THRESHOLDS]
    return {
        "groups": _grouped(rows),
        "errors": errors or [],
        "clash": banner(clash),
        "version": here.settings.version if old is None else old,
        "unsaved": is_typed,
    }


def _grouped(rows: list[Row]) -> list[tuple[str, list[Row]]]:
    names = list(dict.fromkeys(row.threshold.group for row in rows))
    ordered = sorted(rows, key=lambda row: names.index(row.threshold.group))
    return [(name, list(group)) for name, group in groupby(ordered, lambda r: r.threshold.group)]


def _row(here: Scope, threshold: Threshold, typed: str, errors: Mapping[str | None, str]) -> Row:
    error = errors.get(threshold.key, "")
    unit = here.store.currency if threshold.unit == registry.CURRENCY else threshold.unit
    return Row(threshold, typed, unit, error, _matched(here, threshold, typed))


def _matched(here: Scope, threshold: Threshold, typed: str) -> str | None:
    try:
        return queries.matches(here.session, threshold.key, registry.read(threshold, typed))
    except Invalid:
        return None
