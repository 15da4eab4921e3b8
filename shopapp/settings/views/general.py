"""General: the store's name, mailbox, words, time zone and currency."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.mail.queries import default_mailbox
from shopapp.settings import forms, queries
from shopapp.settings.actions import Clash, save_general
from shopapp.settings.views import settings
from shopapp.settings.views.clashing import banner, given_up
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import conflict, invalid, moved, show

PAGE, PART = "settings/general.html", "settings/_general.html"


@settings.get("")
@allow(Role.ADMIN)
def general() -> Response:
    """The form."""
    here = scope()
    return show(PAGE, PART, **_context(here, forms.GeneralForm(_present(here))))


@settings.post("")
@allow(Role.ADMIN)
def general_change() -> Response:
    """Save it; everything on the page may look different afterwards."""
    here = scope()
    present = _present(here)
    form = forms.GeneralForm(present)
    for key in given_up() & present.keys():
        form[key].data = present[key]
    if not form.validate():
        return invalid(PAGE, PART, **_context(here, form))
    version = forms.version(request.form)
    try:
        save_general(here.session, here.store, values=form.values, version=version, by=here.user)
    except Clash as clash:
        for key, value in clash.values.items():
            form[key].data = value
        return conflict(PAGE, PART, **_context(here, form, clash))
    return moved(url_for("settings.general"), say="General settings saved")


def _present(here: Scope) -> dict[str, str]:
    return queries.general(here.store, here.settings, default_mailbox(here.session))


def _context(here: Scope, form: forms.GeneralForm, clash: Clash | None = None) -> dict[str, Any]:
    old = request.form.get("version", "") if form.is_submitted() and clash is None else None
    return {
        "form": form,
        "version": here.settings.version if old is None else old,
        "clash": banner(clash),
        "unsaved": form.is_submitted(),
    }
