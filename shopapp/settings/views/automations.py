"""Automations: switches with their consequence; a risky one asks before it is turned on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.audit.models import AuditEvent
from shopapp.audit.queries import latest_of
from shopapp.settings import forms
from shopapp.settings.actions import AUTOMATIONS, Clash, save_automations
from shopapp.settings.views import settings
from shopapp.settings.views.clashing import banner, given_up
from shopapp.stores import registry
from shopapp.stores.registry import Toggle
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import changed, conflict, invalid, show

PAGE, PART = "settings/automations.html", "settings/_automations.html"


@dataclass(frozen=True, slots=True)
class Row:
    """A switch on the page, and who moved it last."""

    toggle: Toggle
    is_on: bool
    was_on: bool = False
    by: str = ""
    at: datetime | None = None


@settings.get("/automations")
@allow(Role.ADMIN)
def automations() -> Response:
    """The form."""
    here = scope()
    return show(PAGE, PART, **_context(here, registry.switches(here.settings)))


@settings.post("/automations")
@allow(Role.ADMIN)
def automations_change() -> Response:
    """Save the switches; asks first when a risky one is about to go on."""
    here = scope()
    saved = registry.switches(here.settings)
    typed = {key: key in request.form for key in saved}
    typed |= {key: saved[key] for key in given_up() & saved.keys()}
    asking = _risks(saved, typed)
    if asking:
        return invalid(PAGE, PART, **_context(here, typed, asking=asking))
    version = forms.version(request.form)
    try:
        save_automations(here.session, values=typed, version=version, by=here.user)
    except Clash as clash:
        return conflict(PAGE, PART, **_context(here, clash.values, clash=clash))
    context = _context(here, registry.switches(here.settings), is_saved=True)
    return changed(PART, to=url_for("settings.automations"), say="Automations saved", **context)


def _risks(saved: Mapping[str, bool], typed: Mapping[str, bool]) -> list[Toggle]:
    """The risky switches that are about to go on without the person having agreed."""
    agreed = request.form.get("sure", "").split()
    return [
        each
        for each in registry.TOGGLES
        if each.risk and typed[each.key] and not saved[each.key] and each.key not in agreed
    ]


def _context(
    here: Scope,
    typed: Mapping[str, bool],
    *,
    asking: Sequence[Toggle] = (),
    clash: Clash | None = None,
    is_saved: bool = False,
) -> dict[str, Any]:
    history = latest_of(here.session, here.settings, AUTOMATIONS)
    is_typed = request.method == "POST" and not is_saved
    old = request.form.get("version", "") if is_typed and clash is None else None
    return {
        "rows": [_row(each, typed[each.key], history) for each in registry.TOGGLES],
        "asking": asking,
        "clash": banner(clash),
        "version": here.settings.version if old is None else old,
        "unsaved": is_typed,
    }


def _row(toggle: Toggle, is_on: bool, history: Sequence[AuditEvent]) -> Row:
    moved = next((each for each in history if toggle.key in (each.after or {})), None)
    if moved is None or moved.after is None:
        return Row(toggle, is_on)
    return Row(toggle, is_on, moved.after[toggle.key], moved.actor_name, moved.created_at)
