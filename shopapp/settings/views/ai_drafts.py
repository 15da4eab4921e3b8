"""AI drafts: who writes them, on which terms, and what that has cost this month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp import clock
from shopapp.accounts.models import Role
from shopapp.connections.language_models import model_secret
from shopapp.connections.models import ConnectionEvent, EventStatus
from shopapp.connections.probing import Check
from shopapp.connections.queries import latest_events
from shopapp.connectors.llm.presets import PRESETS, preset
from shopapp.drafts.actions.breaking import LLM
from shopapp.drafts.actions.spending import month_of
from shopapp.drafts.models import ModelService, ServiceKind
from shopapp.drafts.queries.writers import model_service, month_so_far
from shopapp.mail.models import Mailbox
from shopapp.purchasing.numbers import plain
from shopapp.settings import forms
from shopapp.settings.actions import Clash
from shopapp.settings.drafting import mailboxes, save_terms, terms_values, writer_values
from shopapp.settings.drafting_forms import LANGUAGES, WriterForm, terms
from shopapp.settings.views import settings
from shopapp.settings.views.clashing import banner, given_up
from shopapp.web import sessions
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import changed, conflict, invalid, show

PAGE, TERMS = "settings/ai_drafts.html", "settings/_ai_drafts.html"


@dataclass(frozen=True, slots=True)
class Typed:
    """The terms as their form shows them: typed or saved, and what is wrong with them."""

    values: Mapping[str, Any]
    errors: forms.Errors
    version: int
    clash: Clash | None = None
    is_unsaved: bool = False


@dataclass(frozen=True, slots=True)
class Tried:
    """What a test said, or which models the service offers."""

    check: Check | None = None
    said: str = ""
    offered: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Month:
    """What this month's calls came to, in words; `share` is the budget's used part in percent."""

    figures: Sequence[tuple[str, str]]
    unpriced: int
    of_budget: str = ""
    share: float = 0


@settings.get("/ai-drafts")
@allow(Role.ADMIN)
def ai_drafts() -> Response:
    """The page; `?preset=` fills in a well-known service's address."""
    here = scope()
    chosen = preset(request.args.get("preset", ""))
    form = writer_form(here)
    if chosen:
        form.writer.data, form.base_url.data = ServiceKind.OPENAI.value, chosen.base_url
    return show(PAGE, TERMS, **context(here, form))


@settings.post("/ai-drafts")
@allow(Role.ADMIN)
def ai_drafts_change() -> Response:
    """Save the terms."""
    here = scope()
    boxes = mailboxes(here.session)
    values, errors = terms(request.form, [one.address for one in boxes])
    saved = terms_values(model_service(here.session), boxes)
    values |= {key: saved[key] for key in given_up() & saved.keys()}
    version = forms.version(request.form)
    if errors:
        typed = Typed(values, errors, version, is_unsaved=True)
        return invalid(PAGE, TERMS, **context(here, typed=typed))
    try:
        save_terms(here.session, values=values, version=version, by=here.user)
    except Clash as clash:
        typed = Typed(clash.values, [], clash.version, clash, is_unsaved=True)
        return conflict(PAGE, TERMS, **context(here, typed=typed))
    here.session.flush()
    to = url_for("settings.ai_drafts")
    return changed(TERMS, to=to, say="AI drafts saved", **context(here))


def writer_form(here: Scope) -> WriterForm:
    """The form of who writes, as saved."""
    return WriterForm(formdata=None, data=writer_values(model_service(here.session)))


def context(
    here: Scope,
    form: WriterForm | None = None,
    *,
    typed: Typed | None = None,
    tried: Tried | None = None,
    clash: Clash | None = None,
) -> dict[str, Any]:
    """Everything the page and its parts show."""
    row = model_service(here.session)
    events = latest_events(here.session, LLM, 10)
    is_typed = form is not None and form.is_submitted() and clash is None
    return {
        **_terms(row, mailboxes(here.session), typed),
        "form": form or WriterForm(formdata=None, data=writer_values(row)),
        "version": forms.version(request.form) if is_typed else _version(row),
        "clash": banner(clash),
        "tried": tried or Tried(),
        "secret": model_secret(here.session),
        "presets": PRESETS,
        "is_fresh": sessions.is_fresh(),
        "state": _state(row, events),
        "open_until": row.opened_until if row and _is_open(row) else None,
        "month": _month(here, row.monthly_budget if row else None),
        "events": events,
    }


def _version(row: ModelService | None) -> int:
    """The version a form is opened at; a row that nobody made yet begins at 1."""
    return row.version if row else 1


def _terms(
    row: ModelService | None, boxes: Sequence[Mailbox], typed: Typed | None
) -> dict[str, Any]:
    terms_shown = typed or Typed(terms_values(row, boxes), [], _version(row))
    return {
        "terms": terms_shown,
        "terms_clash": banner(terms_shown.clash),
        "wrong": dict(terms_shown.errors),
        "mailboxes": boxes,
        "languages": LANGUAGES,
    }


def _month(here: Scope, budget: Decimal | None) -> Month:
    so_far = month_so_far(here.session, month_of(here.session))
    counted = so_far.spent + so_far.reserved
    figures = (
        ("Spent", plain(so_far.spent)),
        ("Held for calls under way", plain(so_far.reserved)),
        ("Calls", f"{so_far.calls:,}"),
        ("Of these in vain", f"{so_far.failures:,}"),
        ("Tokens in and out", f"{so_far.tokens_in:,} and {so_far.tokens_out:,}"),
    )
    if budget is None:
        return Month(figures, so_far.unpriced)
    share = float(min(counted / budget, Decimal(1)) * 100) if budget else 100
    return Month(figures, so_far.unpriced, f"{plain(counted)} of {plain(budget)}", share)


def _state(row: ModelService | None, events: Sequence[ConnectionEvent]) -> tuple[str, str]:
    if row is None or row.kind is ServiceKind.EMBEDDED:
        return "Embedded drafter", "neutral"
    if _is_open(row):
        return "Left alone", "critical"
    if row.failures:
        return "Unsteady", "caution"
    is_proved = any(event.status is EventStatus.SUCCESS for event in events[:1])
    return ("Working", "success") if is_proved else ("In use", "info")


def _is_open(row: ModelService) -> bool:
    return row.opened_until is not None and row.opened_until > clock.now()
