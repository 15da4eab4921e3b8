"""Work on several tickets at once, and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp import clock
from shopapp.accounts import queries as people
from shopapp.accounts.models import Role, User
from shopapp.inbox.actions import bulk as actions
from shopapp.inbox.actions import screening, snoozing, sorting, working
from shopapp.inbox.models import Priority, Ticket
from shopapp.inbox.queries import listing as lists
from shopapp.inbox.queries import saved
from shopapp.inbox.queries.conditions import midnight
from shopapp.inbox.views import inbox
from shopapp.inbox.views.listing import PAGE, PART, asked, listing, wanted_now
from shopapp.refusals import Refused, Stale
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import changed, found, invalid, moved, page_shown, show

Act = Callable[[Ticket], object]
CHOICES = "inbox/bulk.html"
SPANS = {"tomorrow": 1, "3 days": 3, "a week": 7}
MORNING = timedelta(hours=8)


@inbox.get("/bulk")
@allow(Role.ADMIN, Role.AGENT)
def bulk_choices() -> Response:
    """The items of the bulk bar's menu: whom to assign to, tags, priority, snooze."""
    return show(CHOICES, "inbox/_bulk_choices.html", **_choices(scope(), ()))


@inbox.post("/bulk")
@allow(Role.ADMIN, Role.AGENT)
def bulk() -> Response:
    """Do what the pressed button says to the chosen tickets, or to all of the list."""
    here = scope()
    rows = _chosen(here)
    if not rows:
        return _refused(here, "Choose at least one ticket first.")
    if request.form.get("do") == "more":  # the menu, where there are no scripts to fetch it
        return show(CHOICES, **_choices(here, rows))
    try:
        said, act = _asked(here)
        done = actions.change_all(here.session, rows, act, verb=said, by=here.user)
    except Refused as refusal:
        return _refused(here, str(refusal))
    here.session.flush()
    undo = url_for("inbox.bulk_undoing", change_id=done.change.id) if done.change else ""
    return changed(
        PART,
        to=url_for("inbox.tickets", **asked()),
        say=_summary(done, said),
        tone="success" if done.done else "caution",
        action=("Undo", undo) if undo else None,
        **listing(here),
    )


@inbox.get("/bulk/changes")
@allow(Role.ADMIN, Role.AGENT)
def bulk_changes() -> Response:
    """What this person did to several tickets in the last ten minutes."""
    here = scope()
    rows = saved.bulk_changes(here.session, here.user.id, clock.now() - actions.UNDOABLE)
    return show("inbox/bulk_changes.html", "inbox/_bulk_changes.html", changes=rows)


@inbox.post("/bulk/changes/<change_id>/undoing")
@allow(Role.ADMIN, Role.AGENT)
def bulk_undoing(change_id: str) -> Response:
    """Take a bulk change back, wherever nobody has changed the ticket since."""
    here = scope()
    change = found(saved.bulk_change(here.session, change_id))
    back = page_shown() or url_for("inbox.tickets")
    try:
        undone, left = actions.undo(here.session, change, by=here.user)
    except Stale as refusal:
        return moved(back, say=str(refusal), tone="caution")
    said = f"{_tickets(undone)} put back"
    if left:
        said += f"; changed since and left alone: {_numbers(left)}"
    return moved(back, say=said, tone="caution" if left else "success")


def _choices(here: Scope, rows: Sequence[Ticket]) -> dict[str, Any]:
    agents = [member.user for member in people.members(here.session, here.store.id)]
    return {
        "agents": agents,
        "asked": asked(),
        "base": url_for("inbox.tickets"),
        "chosen": [row.id for row in rows],
        "priorities": list(Priority),
        "said": f"{_tickets(len(rows))} chosen: {_numbers([row.number for row in rows])}",
        "spans": SPANS,
        "tags": saved.tags(here.session),
    }


def _chosen(here: Scope) -> Sequence[Ticket]:
    ids: Sequence[str] = request.form.getlist("ids")[: actions.MOST]
    if request.form.get("all"):
        ids = lists.ids(here.session, wanted_now(here), actions.MOST)
    return saved.tickets_of(here.session, ids)


def _asked(here: Scope) -> tuple[str, Act]:
    """What the pressed button means: words for the toast, and the act; 'tag:vip' carries vip."""
    do, _, value = request.form.get("do", "").partition(":")
    choice = _DO.get(do)
    if choice is None:
        message = "Choose what to do with the tickets."
        raise Refused(message)
    return choice(here, value or request.form.get(do, ""))


def _close(here: Scope, _value: str) -> tuple[str, Act]:
    return "closed", lambda row: working.close(here.session, row, by=here.user)


def _reopen(here: Scope, _value: str) -> tuple[str, Act]:
    return "reopened", lambda row: working.reopen(here.session, row, by=here.user)


def _take(here: Scope, _value: str) -> tuple[str, Act]:
    return "assigned to you", _giving(here, here.user)


def _let_go(here: Scope, _value: str) -> tuple[str, Act]:
    return "assigned to nobody", _giving(here, None)


def _assign(here: Scope, value: str) -> tuple[str, Act]:
    to = found(people.member(here.session, here.store.id, value))
    return f"assigned to {to.name or to.email}", _giving(here, to)


def _giving(here: Scope, to: User | None) -> Act:
    return lambda row: working.assign(here.session, row, to=to, by=here.user)


def _tag(here: Scope, value: str) -> tuple[str, Act]:
    name = sorting.find_or_make(here.session, value).name
    return f"tagged {name}", lambda row: sorting.tag(here.session, row, name=name, by=here.user)


def _untag(here: Scope, value: str) -> tuple[str, Act]:
    said = f"without the tag {sorting.tidy(value)}"
    return said, lambda row: sorting.untag(here.session, row, name=value, by=here.user)


def _priority(here: Scope, value: str) -> tuple[str, Act]:
    to = found(Priority(value) if value in set(Priority) else None)
    said = f"set to {to.value} priority"
    return said, lambda row: sorting.set_priority(here.session, row, to=to, by=here.user)


def _snooze(here: Scope, value: str) -> tuple[str, Act]:
    until = _morning(here, found(SPANS.get(value)))
    return "snoozed", lambda row: snoozing.snooze(here.session, row, until=until, by=here.user)


def _spam(here: Scope, _value: str) -> tuple[str, Act]:
    return "marked as spam", lambda row: screening.mark_spam(here.session, row, by=here.user)


_DO: dict[str, Callable[[Scope, str], tuple[str, Act]]] = {
    "close": _close,
    "reopen": _reopen,
    "assign-me": _take,
    "unassign": _let_go,
    "assign": _assign,
    "tag": _tag,
    "untag": _untag,
    "priority": _priority,
    "snooze": _snooze,
    "spam": _spam,
}


def _morning(here: Scope, days: int) -> datetime:
    day = clock.today(here.store.timezone) + timedelta(days=days)
    return midnight(day, here.store.timezone) + MORNING


def _refused(here: Scope, why: str) -> Response:
    return invalid(PAGE, PART, **listing(here) | {"refusal": why})


def _summary(done: actions.Done, said: str) -> str:
    words = f"{_tickets(done.done)} {said}" if done.done else "Nothing to change"
    refused = "; ".join(f"#{number}: {why}" for number, why in [*done.refused.items()][:5])
    return f"{words}. Left out: {refused}" if refused else words


def _tickets(many: int) -> str:
    return f"{many} ticket{'s' * (many != 1)}"


def _numbers(numbers: Sequence[int]) -> str:
    shown = ", ".join(f"#{number}" for number in numbers[:10])
    return shown + (f" and {len(numbers) - 10} more" if len(numbers) > 10 else "")
