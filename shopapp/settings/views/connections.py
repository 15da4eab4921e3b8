"""Connections: the mail server, its test, its history."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from flask import Response as FlaskResponse
from flask import make_response, url_for
from flask_limiter import RequestLimit
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.connections import actions, mailboxes
from shopapp.connections.models import ConnectionEvent, EventStatus, StoreSecret
from shopapp.connections.probing import Check, probe
from shopapp.connections.queries import SMTP, latest_events, mail_secret, smtp_facts
from shopapp.connectors.errors import Misconfigured
from shopapp.connectors.mail.client import SmtpTransport
from shopapp.connectors.mail.shapes import SmtpSettings
from shopapp.refusals import Invalid
from shopapp.settings.forms import SmtpForm
from shopapp.settings.views import settings
from shopapp.web import sessions
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import changed, invalid, show
from shopapp.web.limits import limiter

PAGE, PART = "settings/connections.html", "settings/_connection.html"
TESTS = "6 per minute"
BADGES = {
    EventStatus.SUCCESS: ("Working", "success"),
    EventStatus.FAILURE: ("Failing", "critical"),
    EventStatus.WARNING: ("Unsteady", "caution"),
    EventStatus.INFO: ("Not tested", "neutral"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """The mail server's card: where mail goes now, and how the last checks went."""

    status: tuple[str, str]
    route: mailboxes.Route | None
    fault: str
    secret: StoreSecret | None
    is_connected: bool
    events: Sequence[ConnectionEvent]
    badges = BADGES


@settings.get("/connections")
@allow(Role.ADMIN)
def connections() -> Response:
    """Every connection of the store."""
    here = scope()
    return show(PAGE, PART, **_context(here, _saved_form(here)))


@settings.post("/connections/smtp")
@allow(Role.ADMIN, fresh=True)
def smtp_change() -> Response:
    """Save the mail server; an empty password keeps the saved one."""
    here, form = scope(), SmtpForm()
    typed = _typed(here, form)
    if typed is None:
        return invalid(PAGE, PART, **_context(here, form))
    actions.connect_smtp(
        here.session,
        typed,
        new_password=bool(form.secret.data),
        keyring=here.keys.keyring,
        by=here.user,
    )
    return _changed(here, "Mail server saved")


@settings.post("/connections/smtp/removal")
@allow(Role.ADMIN, fresh=True)
def smtp_removal() -> Response:
    """Disconnect the mail server."""
    here = scope()
    actions.disconnect_smtp(here.session, by=here.user)
    return _changed(here, "Mail server disconnected")


def _too_many(limit: RequestLimit) -> FlaskResponse:
    wait = max(1, ceil(limit.reset_at - time.time()))
    reason = f"Six tests a minute are enough. Try again in {wait} seconds."
    check = Check(EventStatus.WARNING, reason)
    response = make_response(show(PAGE, PART, 429, **_context(scope(), SmtpForm(), check)))
    response.headers["Retry-After"] = str(wait)
    return response


@settings.post("/connections/smtp/tests")
@allow(Role.ADMIN)
@limiter.limit(TESTS, key_func=lambda: scope().store.id, on_breach=_too_many)
def smtp_tests() -> Response:
    """Ask the mail server as it is typed, saved or not; nothing is sent and nothing saved."""
    here, form = scope(), SmtpForm()
    typed = _typed(here, form)
    if typed is None:
        return invalid(PAGE, PART, **_context(here, form))
    target, place = SmtpTransport(typed), f"{typed.host}:{typed.port}"
    by = here.user.name or here.user.email
    check = probe(here.session, target, integration=SMTP, place=place, by=by)
    answer = show if check.is_good else invalid
    return answer(PAGE, PART, **_context(here, form, check))


def _typed(here: Scope, form: SmtpForm) -> SmtpSettings | None:
    """The settings on the form, or None with the form saying why not."""
    if not form.validate():
        return None
    try:
        return actions.smtp_as_typed(here.session, keyring=here.keys.keyring, **form.typed)
    except Invalid as refusal:
        form.refuse(refusal)
    return None


def _changed(here: Scope, say: str) -> Response:
    here.session.flush()
    context = _context(here, _saved_form(here))
    return changed(PART, to=url_for("settings.connections"), say=say, **context)


def _saved_form(here: Scope) -> SmtpForm:
    facts = smtp_facts(here.settings)
    return SmtpForm(formdata=None, data=facts or {"port": 587, "security": "starttls"})


def _context(here: Scope, form: SmtpForm, check: Check | None = None) -> dict[str, Any]:
    return {
        "card": _card(here),
        "form": form,
        "check": check,
        "is_fresh": sessions.is_fresh(),
    }


def _card(here: Scope) -> Card:
    events = latest_events(here.session, SMTP)
    is_connected = bool(smtp_facts(here.settings))
    route, fault = None, ""
    try:
        route = mailboxes.route(here.session, config=here.config)
    except Misconfigured as error:
        fault = " ".join(filter(None, (error.message, error.fix)))
    place = route.place if route else ""
    return Card(
        BADGES[_status(events, place)] if is_connected else ("Not connected", "neutral"),
        route,
        fault,
        mail_secret(here.session),
        is_connected,
        events,
    )


def _status(events: Sequence[ConnectionEvent], place: str) -> EventStatus:
    """How the saved server fares: what was only typed and tested says nothing about it."""
    for event in events:
        detail = event.detail or {}
        if event.status is EventStatus.INFO or place in (
            detail.get("place"),
            detail.get("transport"),
        ):
            return event.status
    return EventStatus.INFO
