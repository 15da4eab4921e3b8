"""The page of one flag: its evidence, who has it, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from shopapp import clock
from shopapp.accounts import queries as people
from shopapp.accounts.models import Role
from shopapp.flags import actions, queries, rules
from shopapp.flags.models import OrderFlag
from shopapp.orders import telling
from shopapp.orders.forms import REASONS, WorkForm
from shopapp.orders.queries import story
from shopapp.orders.snoozing import CHOICES, until
from shopapp.orders.views import orders
from shopapp.orders.views.addresses import inbox_of, shopify_url
from shopapp.orders.views.flagged import row_of
from shopapp.refusals import Invalid, Stale
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import changed, conflict, found, invalid, show

PAGE, PART = "orders/flag.html", "orders/_flag.html"
Act = Callable[[Scope, OrderFlag, WorkForm], str]


@orders.get("/flags/<flag_id>")
@allow(*EVERYONE)
def flag(flag_id: str) -> Response:
    """One flag."""
    return show(PAGE, PART, **page(scope(), load(flag_id)))


@orders.post("/flags/<flag_id>/resolution")
@allow(Role.ADMIN, Role.AGENT)
def flag_resolution(flag_id: str) -> Response:
    """It is dealt with."""
    return _work(flag_id, _resolve)


@orders.post("/flags/<flag_id>/dismissal")
@allow(Role.ADMIN, Role.AGENT)
def flag_dismissal(flag_id: str) -> Response:
    """It was about nothing."""
    return _work(flag_id, _dismiss)


@orders.post("/flags/<flag_id>/snooze")
@allow(Role.ADMIN, Role.AGENT)
def flag_snooze(flag_id: str) -> Response:
    """Out of sight for a while."""
    return _work(flag_id, _snooze)


@orders.post("/flags/<flag_id>/assignment")
@allow(Role.ADMIN, Role.AGENT)
def flag_assignment(flag_id: str) -> Response:
    """Give it to a member, or to nobody."""
    return _work(flag_id, _assign)


@orders.post("/flags/<flag_id>/reopening")
@allow(Role.ADMIN, Role.AGENT)
def flag_reopening(flag_id: str) -> Response:
    """Back to the open flags."""
    return _work(flag_id, _reopen)


@orders.post("/flags/<flag_id>/notes")
@allow(*EVERYONE)
def flag_notes(flag_id: str) -> Response:
    """Add a note for the team."""
    return _work(flag_id, _note)


def load(flag_id: str) -> OrderFlag:
    """The flag, or 404."""
    row: OrderFlag = found(queries.flag(scope().session, flag_id))
    return row


def page(here: Scope, row: OrderFlag, **more: Any) -> dict[str, Any]:
    """What the flag's templates need; `more` is what a refused form brings back."""
    order = row.order
    others = queries.of_orders(here.session, [order])[order.id] if order else []
    return {
        "flag": row,
        "shown": row_of(row, order),
        "facts": list(rules.facts_in(row.evidence)),
        "base": url_for("orders.flag", flag_id=row.id),
        "others": [row_of(other, order) for other in others if other is not row],
        "story": telling.of_flag(story(here.session, row)),
        "agents": [member.user for member in people.members(here.session, here.store.id)],
        "snoozes": CHOICES.items(),
        "reasons": REASONS,
        "longest": actions.LONGEST,
        "inbox_url": inbox_of(order) if order else "",
        "shopify_url": shopify_url(here.store, order) if order else "",
        "refusal": "",
        "stale": "",
        "typed": "",
        **more,
    }


def _work(flag_id: str, act: Act) -> Response:
    """Do `act` with the flag; a refusal brings the page back with what was typed."""
    here, row, form = scope(), load(flag_id), WorkForm()
    try:
        if not form.validate():
            message = next(str(error) for errors in form.errors.values() for error in errors)
            raise Invalid(message)
        said = act(here, row, form)
    except Invalid as refusal:
        return invalid(PAGE, PART, **page(here, row, refusal=str(refusal), typed=form.words))
    except Stale as clash:
        return conflict(PAGE, PART, **page(here, row, stale=str(clash), typed=form.words))
    here.session.flush()
    return changed(PART, to=url_for("orders.flag", flag_id=row.id), say=said, **page(here, row))


def _resolve(here: Scope, row: OrderFlag, form: WorkForm) -> str:
    version = form.version.data or 0
    actions.resolve(here.session, row, note=form.words, by=here.user, version=version)
    return "Flag resolved"


def _dismiss(here: Scope, row: OrderFlag, form: WorkForm) -> str:
    reason, version = form.reason.data or "", form.version.data or 0
    actions.dismiss(here.session, row, reason=reason, by=here.user, version=version)
    return "Flag dismissed"


def _snooze(here: Scope, row: OrderFlag, form: WorkForm) -> str:
    moment = until(form.until.data or "", clock.now(), here.store.timezone)
    if moment is None:
        message = "Choose the day on which the flag shall come back."
        raise Invalid(message, "until")
    version = form.version.data or 0
    actions.snooze(here.session, row, until=moment, by=here.user, version=version)
    return f"Snoozed until {moment:%-d %b}, 09:00"


def _assign(here: Scope, row: OrderFlag, form: WorkForm) -> str:
    chosen, version = form.assignee.data or "", form.version.data or 0
    to = found(people.member(here.session, here.store.id, chosen)) if chosen else None
    actions.assign(here.session, row, to=to, by=here.user, version=version)
    return f"Assigned to {to.name or to.email}" if to else "Assigned to nobody"


def _reopen(here: Scope, row: OrderFlag, form: WorkForm) -> str:
    actions.reopen(here.session, row, by=here.user, version=form.version.data or 0)
    return "Flag reopened"


def _note(here: Scope, row: OrderFlag, form: WorkForm) -> str:
    actions.add_note(here.session, row, body=form.words, by=here.user)
    return "Note added"
