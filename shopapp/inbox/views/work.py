"""The ticket's work menu: snooze, priority, tags, spam; and the chips that say where it stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from werkzeug.wrappers import Response

from shopapp import clock
from shopapp.accounts.models import Role
from shopapp.inbox import moments
from shopapp.inbox.actions import screening, snoozing, sorting
from shopapp.inbox.models import Awaits, Priority, Ticket, TicketStatus
from shopapp.inbox.promises import LABELS
from shopapp.inbox.queries import due, work
from shopapp.inbox.views import inbox
from shopapp.inbox.views.tickets import address, load, page
from shopapp.refusals import Invalid
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import changed, invalid, show

PAGE, PART = "inbox/work.html", "inbox/_work.html"
HEAD = "inbox/head_and_thread.html"
_DUE = {
    "first": "first_response_due_at",
    "next": "next_response_due_at",
    "resolution": "resolution_due_at",
}


@inbox.get("/tickets/<ticket_id>/work")
@allow(Role.ADMIN, Role.AGENT)
def ticket_work(ticket_id: str) -> Response:
    """What can be done with the ticket: the items of the head's menu."""
    here, row = scope(), load(ticket_id)
    return show(PAGE, PART, **_menu(here, row))


@inbox.get("/tickets/<ticket_id>/chips")
@allow(*EVERYONE)
def ticket_chips(ticket_id: str) -> Response:
    """Priority, deadlines, tags, suspicion and rating of the ticket."""
    here, row = scope(), load(ticket_id)
    return show("inbox/chips.html", "inbox/_chips.html", **_chips(here, row))


@inbox.post("/tickets/<ticket_id>/snooze")
@allow(Role.ADMIN, Role.AGENT)
def ticket_snooze(ticket_id: str) -> Response:
    """Put the ticket aside until a moment, an answer, a delivery or a restock."""
    here, row = scope(), load(ticket_id)
    try:
        snoozing.snooze(here.session, row, **_asked(here, row), by=here.user)
    except Invalid as refusal:
        return _refused(here, row, refusal)
    return _done(here, row, "Ticket snoozed", ("Undo", f"{address(row)}/waking"))


@inbox.post("/tickets/<ticket_id>/waking")
@allow(Role.ADMIN, Role.AGENT)
def ticket_waking(ticket_id: str) -> Response:
    """Bring a snoozed ticket back."""
    here, row = scope(), load(ticket_id)
    snoozing.unsnooze(here.session, row, by=here.user)
    return _done(here, row, "Ticket is back")


@inbox.post("/tickets/<ticket_id>/priority")
@allow(Role.ADMIN, Role.AGENT)
def ticket_priority(ticket_id: str) -> Response:
    """Say how urgent the ticket is."""
    here, row = scope(), load(ticket_id)
    try:
        to = Priority(request.form.get("priority", ""))
    except ValueError:
        return _refused(here, row, Invalid("Choose a priority."))
    sorting.set_priority(here.session, row, to=to, by=here.user)
    return _done(here, row, f"Priority: {to.value}")


@inbox.post("/tickets/<ticket_id>/tags")
@allow(Role.ADMIN, Role.AGENT)
def ticket_tags(ticket_id: str) -> Response:
    """Put a tag on the ticket, or take one off."""
    here, row = scope(), load(ticket_id)
    try:
        if off := request.form.get("remove", ""):
            sorting.untag(here.session, row, name=off, by=here.user)
        else:
            sorting.tag(here.session, row, name=request.form.get("tag", ""), by=here.user)
    except Invalid as refusal:
        return _refused(here, row, refusal)
    return _done(here, row, "Tag taken off" if off else "Tag added")


@inbox.post("/tickets/<ticket_id>/spam")
@allow(Role.ADMIN, Role.AGENT)
def ticket_spam(ticket_id: str) -> Response:
    """Mark the ticket as spam (and its sender as a spammer), or as none."""
    here, row = scope(), load(ticket_id)
    if request.form.get("spam") == "no":
        screening.not_spam(here.session, row, by=here.user)
        return _done(here, row, "Not spam")
    block = request.form.get("spam") == "block"
    screening.mark_spam(here.session, row, block_sender=block, by=here.user)
    return _done(here, row, "Marked as spam")


def _done(here: Scope, row: Ticket, said: str, action: tuple[str, str] | None = None) -> Response:
    here.session.flush()
    return changed(HEAD, to=address(row), say=said, action=action, **page(here, row))


def _refused(here: Scope, row: Ticket, refusal: Invalid) -> Response:
    return invalid(PAGE, PART, **_menu(here, row) | {"refusal": str(refusal)})


def _asked(here: Scope, row: Ticket) -> dict[str, Any]:
    """What to wait for, as the form says: a moment, or 'reply', 'delivery', 'restock:<variant>'."""
    what, _, which = request.form.get("awaits", "").partition(":")
    until = moments.typed(request.form.get("until", ""), ZoneInfo(here.store.timezone))
    if what not in (Awaits.REPLY, Awaits.DELIVERY, Awaits.RESTOCK):
        return {"until": until}
    order = work.order_of(here.session, row) if what == Awaits.DELIVERY else None
    variant = work.variant(here.session, which) if what == Awaits.RESTOCK else None
    latest = _ahead(due.next_delivery(here.session, order.id)) if order else None
    return {"awaits": Awaits(what), "order": order, "variant": variant, "until": latest}


def _ahead(moment: datetime | None) -> datetime | None:
    """A carrier's day, as far as it is still to come."""
    return moment if moment is not None and moment > clock.now() else None


def _menu(here: Scope, row: Ticket) -> dict[str, Any]:
    order = work.order_of(here.session, row)
    return {
        "ticket": row,
        "base": address(row),
        "refusal": "",
        "is_snoozed": row.status is TicketStatus.SNOOZED,
        "is_spam": row.status is TicketStatus.SPAM,
        "presets": moments.presets(clock.now(), ZoneInfo(here.store.timezone)),
        "order": order,
        "sold_out": work.sold_out(here.session, order),
        "priorities": [each.value for each in reversed(Priority)],
        "tags": work.tags_of(here.session, row),
        "known_tags": work.tag_names(here.session),
    }


def _chips(here: Scope, row: Ticket) -> dict[str, Any]:
    now = clock.now()
    return {
        "ticket": row,
        "base": address(row),
        "tags": work.tags_of(here.session, row),
        "rating": work.rating_of(here.session, row),
        "deadlines": [
            (f"{LABELS[target]} {moments.far(at, now)}", at < now)
            for target, name in _DUE.items()
            if (at := getattr(row, name)) is not None and row.status is TicketStatus.OPEN
        ],
    }
