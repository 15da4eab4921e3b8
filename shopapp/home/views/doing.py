"""What each kind of decision means in deeds: the areas' own actions, by the kind in the key."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import abort, url_for

from shopapp.accounts.models import Role
from shopapp.flags import actions as flagging
from shopapp.flags import queries as flags
from shopapp.flags.models import FlagStatus, OrderFlag
from shopapp.home.actions import approving, postponing, repairing
from shopapp.home.ranking import Kind
from shopapp.inbox.actions import posting, working
from shopapp.inbox.models import Ticket
from shopapp.inbox.queries import tickets
from shopapp.mail.queries import default_mailbox
from shopapp.purchasing.actions import drafting, ordering
from shopapp.purchasing.models import PurchaseOrder
from shopapp.purchasing.queries import orders
from shopapp.refusals import Invalid, NotAllowed, Stale
from shopapp.seo import actions as searching
from shopapp.seo.models import InsightStatus, SeoInsight
from shopapp.seo.queries import insights
from shopapp.stores.registry import limit
from shopapp.web.access import Scope
from shopapp.web.htmx import found

_KEY = re.compile(r"([a-z]+):([A-Za-z0-9._-]{1,80})")
_GONE = "Somebody has dealt with this already."
Form = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, in words, and where it can be taken back ('' when it cannot)."""

    said: str
    undo_url: str = ""


def is_key(key: str) -> bool:
    """Whether `key` names a decision of a kind there is."""
    read = _KEY.fullmatch(key)
    return read is not None and read[1] in Kind.__members__.values()


def handle(here: Scope, key: str, form: Form) -> Done:
    """Do what a decision proposes; raises Stale, Invalid, NotAllowed."""
    kind, row_id = _split(key)
    act = _DEEDS.get(kind)
    if act is None:
        abort(404)
    return act(here, row_id, form)


def take(here: Scope, key: str) -> None:
    """Assign it to the person; 404 for a kind nobody owns."""
    kind, row_id = _split(key)
    if kind is Kind.TICKET:
        working.assign(here.session, _ticket(here, row_id), to=here.user, by=here.user)
    elif kind is Kind.FLAG:
        flagging.assign(here.session, _flag(here, row_id), to=here.user, by=here.user)
    elif kind is Kind.INSIGHT:
        searching.assign(here.session, _insight(here, row_id), to=here.user, by=here.user)
    else:
        abort(404)


def put_off(here: Scope, key: str, until: datetime) -> None:
    """Put it off: a flag is snoozed where it lives, the rest stays off Today."""
    kind, row_id = _split(key)
    if kind is Kind.FLAG:
        flagging.snooze(here.session, _flag(here, row_id), until=until, by=here.user)
    elif kind is Kind.INSIGHT:
        searching.snooze(here.session, _insight(here, row_id), until=until, by=here.user)
    else:
        _exists(here, kind, row_id)
        postponing.postpone(here.session, key, until=until, by=here.user)


def take_back(here: Scope, key: str, *, was_done: bool) -> None:
    """Undo what was put off, or done where it can be undone; raises Stale, NotAllowed."""
    kind, row_id = _split(key)
    if kind is Kind.FLAG:
        flagging.reopen(here.session, _flag(here, row_id), by=here.user)
    elif kind is Kind.INSIGHT:
        searching.undo(here.session, _insight(here, row_id), by=here.user)
    elif not was_done:
        postponing.recall(here.session, key, by=here.user)
    elif kind is Kind.PURCHASE:
        ordering.reopen(here.session, _purchase(here, row_id), by=here.user)
    else:
        abort(404)


def _approve_reply(here: Scope, ticket_id: str, form: Form) -> Done:
    ticket = _ticket(here, ticket_id)
    mailbox = ticket.mailbox or default_mailbox(here.session)
    if mailbox is None:
        message = "This store has no mailbox yet: add its address in Settings, General."
        raise Invalid(message)
    undo = timedelta(seconds=limit(here.settings, "undo_seconds"))
    approving.approve_reply(
        here.session,
        ticket,
        token=form.get("token", ""),
        seen=form.get("seen", ""),
        envelope=posting.Envelope(mailbox, undo, here.keys.thread_key),
        by=here.user,
    )
    url = url_for("inbox.reply_undo", ticket_id=ticket_id) if undo else ""
    return Done(f"Reply to {ticket.customer_name} approved", url)


def _resolve_flag(here: Scope, flag_id: str, form: Form) -> Done:
    flag = _flag(here, flag_id)
    if flag.status is not FlagStatus.OPEN:
        raise Stale(_GONE)
    flagging.resolve(here.session, flag, note="", by=here.user, version=_version(form))
    return Done("Flag resolved", _undo(Kind.FLAG, flag_id))


def _approve_purchase(here: Scope, order_id: str, form: Form) -> Done:
    if here.role is not Role.ADMIN:
        raise NotAllowed
    order = _purchase(here, order_id)
    ordering.approve(here.session, order, by=here.user, version=_version(form))
    said = f"{order.number} to {order.vendor.name} approved"
    return Done(said, _undo(Kind.PURCHASE, order_id))


def _start_insight(here: Scope, insight_id: str, form: Form) -> Done:
    insight = _insight(here, insight_id)
    if insight.status is not InsightStatus.OPEN:
        raise Stale(_GONE)
    if (version := _version(form)) is not None:
        searching.hold(insight, version)
    searching.start(here.session, insight, by=here.user)
    return Done("Started: it is yours now", _undo(Kind.INSIGHT, insight_id))


def _order_variant(here: Scope, variant_id: str, _form: Form) -> Done:
    made = drafting.create_for(here.session, variants=[variant_id], by=here.user)
    if made.drafts:
        return Done(f"A draft order to {made.drafts[0].vendor.name} waits for approval")
    if not made.skipped:
        abort(404)
    message = "It is on a purchase order already."
    raise Stale(message)


def _retry_jobs(here: Scope, name: str, _form: Form) -> Done:
    if here.role is not Role.ADMIN:
        raise NotAllowed
    repairing.retry(here.session, name, by=here.user)
    return Done("Trying again")


_DEEDS: Mapping[Kind, Callable[[Scope, str, Form], Done]] = {
    Kind.TICKET: _approve_reply,
    Kind.FLAG: _resolve_flag,
    Kind.PURCHASE: _approve_purchase,
    Kind.STOCK: _order_variant,
    Kind.INSIGHT: _start_insight,
    Kind.JOB: _retry_jobs,
}


def _split(key: str) -> tuple[Kind, str]:
    kind, _, row_id = key.partition(":")
    return Kind(kind), row_id


def _undo(kind: Kind, row_id: str) -> str:
    return url_for("home.decision_recall", decision=f"{kind}:{row_id}", done="yes")


def _version(form: Form) -> int | None:
    text = form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _ticket(here: Scope, ticket_id: str) -> Ticket:
    row: Ticket = found(tickets.ticket(here.session, ticket_id))
    return row


def _flag(here: Scope, flag_id: str) -> OrderFlag:
    row: OrderFlag = found(flags.flag(here.session, flag_id))
    return row


def _purchase(here: Scope, order_id: str) -> PurchaseOrder:
    row: PurchaseOrder = found(orders.order(here.session, order_id))
    return row


def _insight(here: Scope, insight_id: str) -> SeoInsight:
    row: SeoInsight = found(insights.insight(here.session, insight_id))
    return row


def _exists(here: Scope, kind: Kind, row_id: str) -> Any:
    """404 for a row of another store, or none."""
    return {
        Kind.TICKET: lambda: _ticket(here, row_id),
        Kind.PURCHASE: lambda: _purchase(here, row_id),
    }.get(kind, lambda: None)()
