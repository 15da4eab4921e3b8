"""Who writes AI drafts: saving a service with its key, trying it, listing its models."""

from __future__ import annotations

import time
from math import ceil

from flask import Response as FlaskResponse
from flask import make_response, request, url_for
from flask_limiter import RequestLimit
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.connections.fetching import fetch_keys_first
from shopapp.connections.models import EventStatus
from shopapp.connections.probing import Check, probe
from shopapp.connectors.errors import AuthFailed, ConnectorError, Misconfigured
from shopapp.connectors.llm.shapes import Busy, Declined
from shopapp.drafts.actions.breaking import LLM, succeeded
from shopapp.drafts.actions.choosing import key_as_typed
from shopapp.drafts.actions.spending import OverBudget
from shopapp.drafts.actions.trying import Trial, trial
from shopapp.drafts.models import ServiceKind
from shopapp.drafts.queries.writers import model_service
from shopapp.refusals import Invalid
from shopapp.settings import forms
from shopapp.settings.actions import Clash
from shopapp.settings.drafting import save_writer, writer_values
from shopapp.settings.drafting_forms import WriterForm
from shopapp.settings.views import settings
from shopapp.settings.views.ai_drafts import PAGE, Tried, context
from shopapp.settings.views.clashing import given_up
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import changed, conflict, invalid, show
from shopapp.web.limits import limiter

PART = "settings/_writer.html"
TESTS = "6 per minute"


@settings.post("/ai-drafts/writer")
@allow(Role.ADMIN, fresh=True)
def writer_change() -> Response:
    """Save who writes; a service is asked before anything is written."""
    here, form = scope(), WriterForm()
    fetch_keys_first(here.session, here.keys.keyring)
    _take_theirs(here, form)
    if not form.validate() or (form.writer.data == ServiceKind.OPENAI and not _proved(here, form)):
        return invalid(PAGE, PART, **context(here, form))
    try:
        save_writer(
            here.session,
            values=form.values,
            key=form.key,
            version=forms.version(request.form),
            keyring=here.keys.keyring,
            by=here.user,
        )
    except Invalid as refusal:
        form.refuse(refusal)
        return invalid(PAGE, PART, **context(here, form))
    except Clash as clash:
        for key, value in clash.values.items():
            form[key].data = value
        return conflict(PAGE, PART, **context(here, form, clash=clash))
    here.session.flush()
    to = url_for("settings.ai_drafts")
    return changed(PART, to=to, say="Saved who writes drafts", **context(here))


def _too_many(limit: RequestLimit) -> FlaskResponse:
    wait = max(1, ceil(limit.reset_at - time.time()))
    check = Check(
        EventStatus.WARNING, f"Six tests a minute are enough. Try again in {wait} seconds."
    )
    answer = show(PAGE, PART, 429, **context(scope(), WriterForm(), tried=Tried(check)))
    response = make_response(answer)
    response.headers["Retry-After"] = str(wait)
    return response


limited = limiter.shared_limit(TESTS, "llm", key_func=lambda: scope().store.id, on_breach=_too_many)


@settings.post("/ai-drafts/tests")
@allow(Role.ADMIN)
@limited
def writer_tests() -> Response:
    """Ask the service as it is typed, saved or not, one small question; nothing is saved."""
    here, form = scope(), WriterForm()
    form.writer.data = ServiceKind.OPENAI.value
    asked = _trial(here, form)
    if asked is None:
        return invalid(PAGE, PART, **context(here, form))
    check = _asked(here, asked, form)
    if check.is_good:
        _recover(here, form)
    answer = show if check.is_good else invalid
    return answer(PAGE, PART, **context(here, form, tried=Tried(check, asked.said)))


@settings.post("/ai-drafts/models")
@allow(Role.ADMIN)
@limited
def writer_models() -> Response:
    """List the models of the service as it is typed."""
    here, form = scope(), WriterForm()
    form.writer.data, form.model.data = ServiceKind.OPENAI.value, form.model.data or "any"
    asked = _trial(here, form)
    form.model.data = request.form.get("model", "").strip()
    if asked is None:
        return invalid(PAGE, PART, **context(here, form))
    here.session.rollback()  # nobody waits for a lock while a service thinks
    try:
        offered = asked.model.models()
    except ConnectorError as error:
        check = Check(EventStatus.FAILURE, error.message, error.fix or "")
        return invalid(PAGE, PART, **context(here, form, tried=Tried(check)))
    return show(PAGE, PART, **context(here, form, tried=Tried(offered=offered)))


def _trial(here: Scope, form: WriterForm) -> Trial | None:
    """The service on the form, or None with the form saying why not."""
    if not form.validate():
        return None
    typed, base_url = form.secret.data or "", form.base_url.data or ""
    try:
        key = key_as_typed(
            here.session,
            base_url=base_url,
            typed=typed,
            is_removed=form.without_key.data,
            keyring=here.keys.keyring,
        )
        row = model_service(here.session)
        return trial(here.store.id, row, base_url=base_url, key=key, name=form.model.data or "")
    except Invalid as refusal:
        form.refuse(refusal)
    except Misconfigured as error:
        form.refuse(Invalid(f"{error.message} {error.fix or ''}".strip(), "secret"))
    return None


def _proved(here: Scope, form: WriterForm) -> bool:
    """Whether the service answers as typed; else the form says why not, on the field to mend."""
    asked = _trial(here, form)
    if asked is None:
        return False
    check = _asked(here, asked, form)
    # whoever is busy, out of budget or unwilling took the key and knows the model
    if check.is_good or isinstance(asked.error, Busy | Declined | OverBudget):
        return True
    form.refuse(Invalid(check.words, _field(asked.error)))
    return False


def _asked(here: Scope, asked: Trial, form: WriterForm) -> Check:
    by = here.user.name or here.user.email
    place = f"{form.model.data} at {form.base_url.data}"
    return probe(here.session, asked, integration=LLM, place=place, by=by)


def _field(error: ConnectorError | None) -> str:
    if isinstance(error, AuthFailed):
        return "secret"
    return "model" if isinstance(error, Misconfigured) else "base_url"


def _recover(here: Scope, form: WriterForm) -> None:
    """A test that passed closes the circuit of the service that is saved."""
    row = model_service(here.session)
    if row and row.failures and writer_values(row) == form.values:
        succeeded(here.session, row.id)


def _take_theirs(here: Scope, form: WriterForm) -> None:
    saved = writer_values(model_service(here.session))
    for key in given_up() & saved.keys():
        form[key].data = saved[key]
