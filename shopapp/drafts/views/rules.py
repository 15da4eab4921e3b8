"""Style rules: proposed with their examples, decided on, and what following them changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.drafts.actions import learning
from shopapp.drafts.actions import rules as actions
from shopapp.drafts.forms import RuleForm
from shopapp.drafts.learning.diff import marked
from shopapp.drafts.learning.spoken import understood
from shopapp.drafts.models import RuleState, StyleRule
from shopapp.drafts.queries import rules as queries
from shopapp.drafts.retrieving.intents import Intent
from shopapp.drafts.views import drafts
from shopapp.drafts.views.reading import PART as READING
from shopapp.drafts.views.reading import is_watched, reading
from shopapp.mail import queries as mail
from shopapp.refusals import Invalid, Stale
from shopapp.stores.queries import settings
from shopapp.stores.registry import is_on
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import changed, conflict, found, invalid, show

PAGE, PART = "drafts/rules.html", "drafts/_rules.html"
WRITERS = (Role.ADMIN, Role.AGENT)
_ENDS = {
    "rejection": (actions.reject, "Not proposed again"),
    "reversal": (actions.revert, "No longer followed"),
}


@drafts.get("/rules")
@allow(*EVERYONE)
def rules() -> Response:
    """Every rule: those that wait, those that are followed, those that are not."""
    return show(PAGE, READING if is_watched() else PART, **_context(scope()))


@drafts.post("/rules")
@allow(*WRITERS)
def rules_reading() -> Response:
    """Read the edits now, rather than tonight."""
    here = scope()
    learning.ask_to_learn(here.session)
    here.session.flush()
    return changed(READING, to=url_for("drafts.rules"), **_context(here))


@drafts.post("/rules/<style_id>/acceptance")
@allow(*WRITERS)
def rule_acceptance(style_id: str) -> Response:
    """Follow the rule, as it was typed and for what was chosen."""
    here, form = scope(), RuleForm()
    row = _load(here, style_id)

    def accept() -> object:
        return actions.accept(
            here.session,
            row,
            text=form.text.data or "",
            version=form.number,
            by=here.user,
            mailbox_id=_mailbox(here, form.mailbox.data),
            intent=_intent(form.intent.data),
        )

    return _answered(here, row, accept, "Drafts follow this rule from now on", form)


@drafts.post("/rules/<style_id>/<any(rejection, reversal):way>")
@allow(*WRITERS)
def rule_ending(style_id: str, way: str) -> Response:
    """Do not propose it again, or follow it no longer."""
    here, form = scope(), RuleForm()
    row, (end, said) = _load(here, style_id), _ENDS[way]
    return _answered(
        here, row, lambda: end(here.session, row, version=form.number, by=here.user), said, form
    )


def _answered(
    here: Scope, row: StyleRule, act: Callable[[], object], said: str, form: RuleForm
) -> Response:
    try:
        act()
    except Stale as refusal:
        here.session.rollback()
        return conflict(PAGE, PART, **_context(here, (row.id, str(refusal), "")))
    except Invalid as refusal:
        typed = form.text.data or ""
        return invalid(PAGE, PART, **_context(here, (row.id, str(refusal), typed)))
    return _changed(here, said)


def _changed(here: Scope, said: str) -> Response:
    here.session.flush()
    here.session.expire_all()
    return changed(PART, to=url_for("drafts.rules"), say=said, **_context(here))


def _load(here: Scope, style_id: str) -> StyleRule:
    row: StyleRule = found(queries.rule(here.session, style_id))
    return row


def _mailbox(here: Scope, typed: str | None) -> str | None:
    known = {mailbox.id for mailbox in mail.mailboxes(here.session)}
    return typed if typed in known else None


def _intent(typed: str | None) -> str | None:
    return typed if typed in {intent.value for intent in Intent} else None


def _context(here: Scope, refused: tuple[str, str, str] = ("", "", "")) -> dict[str, Any]:
    """The page; `refused` is a rule, why it was not changed, and what was typed."""
    rows = queries.rules(here.session)
    states: dict[str, list[StyleRule]] = {state.value: [] for state in RuleState}
    for row in rows:
        states[row.state.value].append(row)
    ended = states[RuleState.ACCEPTED] + states[RuleState.REVERTED]
    return {
        "states": states,
        "effects": queries.effects(here.session, ended),
        "refused": refused,
        "mailboxes": {m.id: m.address for m in mail.mailboxes(here.session)},
        "intents": {i.value: i.value.replace("-", " ").capitalize() for i in Intent},
        "is_literal": lambda text: understood(text) is not None,
        "difference": marked,
        "learns": is_on(settings(here.session), "learn_from_replies"),
        "can_decide": here.can("admin", "agent"),
        "reading": reading(here, learning.LEARN, url_for("drafts.rules"), "edits"),
    }
