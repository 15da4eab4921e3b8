"""The flag list: tabs, filters, pages, work on several flags at once, and its export."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from sqlalchemy import Select
from werkzeug.wrappers import Response

from shopapp import clock
from shopapp.accounts import queries as people
from shopapp.accounts.models import Role
from shopapp.catalog.models import Order
from shopapp.db import Session
from shopapp.flags import actions, queries, rules
from shopapp.flags.models import FlagStatus, OrderFlag
from shopapp.flags.queries import LIVE, NOBODY, Filter
from shopapp.flags.rules import Fact, Kind
from shopapp.orders.snoozing import CHOICES, until
from shopapp.orders.views import orders
from shopapp.refusals import Invalid
from shopapp.web import paging
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.exports import streamed
from shopapp.web.htmx import changed, invalid, show

PAGE, PART = "orders/flags.html", "orders/_flag_rows.html"
MOST_CHOSEN, LONGEST = 100, 200
KINDS = (("", "All reasons"), *((kind.value, kind.label) for kind in Kind))
HEADER = (
    "Order",
    "Customer",
    "Flag",
    "Severity",
    "Status",
    "Evidence",
    "Raised",
    "Assignee",
    "Resolution",
)


@dataclass(frozen=True, slots=True)
class Row:
    """A flag of the list with the words it is shown by."""

    flag: OrderFlag
    label: str
    customer: str
    fact: Fact


@orders.get("/flags")
@allow(*EVERYONE)
def flags() -> Response:
    """One tab of the flags, newest first."""
    return show(PAGE, PART, **listing(scope()))


@orders.get("/flags/export")
@allow(*EVERYONE)
def flags_export() -> Response:
    """The tab as it is filtered, as a file."""
    status, by = current_status(), _filter()
    return streamed(
        f"flags-{status.value}.csv", HEADER, lambda session: _lines(session, status, by)
    )


@orders.post("/flags/bulk")
@allow(Role.ADMIN, Role.AGENT)
def flags_bulk() -> Response:
    """Assign, resolve or snooze the chosen flags; those that are done already are left alone."""
    here, (act, _, what) = scope(), request.form.get("do", "").partition(":")
    chosen = queries.chosen(here.session, request.form.getlist("ids")[:MOST_CHOSEN])
    live = [flag for flag in chosen if flag.status in LIVE]
    try:
        said = _do(here, act, what, live)
    except Invalid as refusal:
        return invalid(PAGE, PART, **listing(here) | {"refusal": str(refusal)})
    here.session.flush()
    return changed(PART, to=url_for("orders.flags", **_asked()), say=said, **listing(here))


def listing(here: Scope) -> dict[str, Any]:
    """What the list's templates need."""
    status, by, cursor = current_status(), _filter(), request.values.get("after", "")
    page = paging.keyset(
        here.session,
        queries.listed(status, by),
        (OrderFlag.created_at, OrderFlag.id),
        lambda flag: (flag.created_at, flag.id),
        cursor,
    )
    counts = queries.counts(here.session, by)
    return {
        "base": url_for("orders.flags"),
        "state": status.value,
        "by": by,
        "cursor": cursor,
        "statuses": _tabs(status, counts),
        "total": counts[status],
        "rows": [row_of(flag, flag.order) for flag in page.rows],
        "kinds": KINDS,
        "agents": [each.user for each in people.members(here.session, here.store.id)],
        "nobody": NOBODY,
        "snoozes": CHOICES.items(),
        "check": None if page.rows else queries.last_check(here.session),
        "refusal": "",
        "next_url": _page(page.older),
        "previous_url": _page(page.newer),
        "export_url": url_for("orders.flags_export", **_asked(after="")),
    }


def row_of(flag: OrderFlag, order: Order | None) -> Row:
    """A flag of this order with its words."""
    fact = next(rules.facts_in(flag.evidence), Fact(flag.flag_type, "", "", flag.notes))
    return Row(flag, rules.label(flag.flag_type), name_of(order), fact)


def name_of(order: Order | None) -> str:
    """Whose order it is, as well as it is known."""
    if order is None:
        return "Unknown customer"
    return order.customer.name if order.customer else order.shipping_name or order.email or ""


def current_status() -> FlagStatus:
    """The tab in the query string; anything unknown is the open flags."""
    try:
        return FlagStatus(request.values.get("status", ""))
    except ValueError:
        return FlagStatus.OPEN


def _filter() -> Filter:
    return Filter(*(request.values.get(name, "")[:LONGEST] for name in ("kind", "assignee", "q")))


def _asked(**more: str) -> dict[str, Any]:
    """The list's query string, without what goes without saying."""
    by, status = _filter(), current_status()
    kept = {
        "status": "" if status is FlagStatus.OPEN else status.value,
        "kind": by.kind,
        "assignee": by.assignee,
        "q": by.words,
        "after": request.values.get("after", ""),
        **more,
    }
    return {name: value for name, value in kept.items() if value}


def _tabs(
    current: FlagStatus, counts: Mapping[FlagStatus, int]
) -> list[tuple[str, str, bool, int]]:
    return [
        (each.value.capitalize(), _tab(each), each is current, counts[each]) for each in FlagStatus
    ]


def _tab(status: FlagStatus) -> str:
    asked = _asked(after="") | {"status": None if status is FlagStatus.OPEN else status.value}
    return url_for("orders.flags", **asked)


def _page(cursor: str | None) -> str | None:
    return url_for("orders.flags", **_asked(after=cursor)) if cursor else None


def _do(here: Scope, act: str, what: str, chosen: Sequence[OrderFlag]) -> str:
    """Do `act` with each flag; what was done in words. Raises Invalid."""
    done = {"assign": _assigned, "snooze": _snoozed, "resolve": _resolved}.get(act)
    if done is None or not chosen:
        message = "Choose at least one flag that is open or snoozed first."
        raise Invalid(message)
    step, words = done(here, what)
    for flag in chosen:
        step(flag)
    return f"{len(chosen)} flag{'s' * (len(chosen) != 1)} {words}"


Step = tuple[Callable[[OrderFlag], object], str]


def _assigned(here: Scope, what: str) -> Step:
    to = people.member(here.session, here.store.id, what) if what else None
    if what and to is None:
        message = "That person is not a member of this store any more."
        raise Invalid(message)
    words = f"assigned to {to.name or to.email}" if to else "assigned to nobody"
    return lambda flag: actions.assign(here.session, flag, to=to, by=here.user), words


def _snoozed(here: Scope, what: str) -> Step:
    moment = until(what, clock.now(), here.store.timezone)
    if moment is None:
        message = "Choose until when the flags shall sleep."
        raise Invalid(message)
    return lambda flag: actions.snooze(here.session, flag, until=moment, by=here.user), "snoozed"


def _resolved(here: Scope, _what: str) -> Step:
    return lambda flag: actions.resolve(here.session, flag, note="", by=here.user), "resolved"


def _lines(session: Session, status: FlagStatus, by: Filter) -> Iterator[Sequence[object]]:
    newest: Select[OrderFlag] = queries.listed(status, by).order_by(
        OrderFlag.created_at.desc(), OrderFlag.id.desc()
    )
    for flag in session.scalars(newest):
        yield (
            flag.order.name if flag.order else flag.shopify_order_id,
            name_of(flag.order),
            rules.label(flag.flag_type),
            flag.severity.value,
            flag.status.value,
            " ".join(fact.sentence for fact in rules.facts_in(flag.evidence)),
            flag.created_at.isoformat(timespec="seconds"),
            (flag.assignee.name or flag.assignee.email) if flag.assignee else "",
            flag.resolution_notes,
        )
