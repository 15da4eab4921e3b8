"""What people do with a flag: raise, assign, snooze, resolve, dismiss, reopen, note."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.catalog.models import Order
from shopapp.db import Session
from shopapp.flags import queries, rules
from shopapp.flags.models import FlagSeverity, FlagStatus, OrderFlag
from shopapp.flags.rules import Kind
from shopapp.refusals import Invalid, Stale

LONGEST = 2000


def raise_by_hand(
    session: Session, order: Order, *, kind: str, note: str, by: User, ticket_id: str | None = None
) -> OrderFlag:
    """Flag an order; raises Invalid for a kind that is not for people, or one it has already."""
    if kind not in rules.BY_HAND:
        message = "Choose what is the matter with the order."
        raise Invalid(message, "kind")
    note = _worded(note, "note")
    if queries.live(session, order.shopify_id, kind) is not None:
        message = f"{order.name} is flagged with “{rules.label(kind)}” already."
        raise Invalid(message, "kind")
    severity, evidence = rules.by_hand(Kind(kind), note)
    flag = OrderFlag(
        shopify_order_id=order.shopify_id,
        order=order,
        flag_type=kind,
        status=FlagStatus.OPEN,
        severity=FlagSeverity(severity),
        evidence=evidence,
        notes=note,
        raised_by_id=by.id,
        ticket_id=ticket_id,
    )
    session.add(flag)
    session.flush()
    record(session, "flag.raised", flag, by=by, after={"type": kind, "note": note})
    return flag


def report_from_ticket(
    session: Session, order: Order, *, ticket_id: str, note: str, by: User
) -> OrderFlag:
    """What a customer wrote in a ticket makes a flag; raises Invalid when there is one already."""
    kind = Kind.CUSTOMER_REPORTED.value
    return raise_by_hand(session, order, kind=kind, note=note, by=by, ticket_id=ticket_id)


def assign(
    session: Session, flag: OrderFlag, *, to: User | None, by: User, version: int | None = None
) -> OrderFlag:
    """Give the flag to `to` (a member of the store; None: to nobody)."""
    _check(flag, version)
    before, after = flag.assignee_id, to.id if to else None
    if before == after:
        return flag
    flag.assignee, flag.assignee_id = to, after
    record(
        session,
        "flag.assigned",
        flag,
        by=by,
        before={"assignee_id": before},
        after={"assignee_id": after, "to": (to.name or to.email) if to else "nobody"},
    )
    return flag


def snooze(
    session: Session, flag: OrderFlag, *, until: datetime, by: User, version: int | None = None
) -> OrderFlag:
    """Out of sight until then; raises Invalid for a moment that is past, Stale when it is done."""
    _check(flag, version)
    _must_be_live(flag)
    if until <= clock.now():
        message = "Choose a time that is still to come."
        raise Invalid(message, "until")
    return _move(session, flag, FlagStatus.SNOOZED, by=by, snoozed_until=until)


def resolve(
    session: Session, flag: OrderFlag, *, note: str, by: User, version: int | None = None
) -> OrderFlag:
    """What it was about is dealt with; Stale when somebody was faster."""
    note = _worded(note, "note")
    _check(flag, version)
    return _settle(session, flag, FlagStatus.RESOLVED, words=note, by=by)


def dismiss(
    session: Session, flag: OrderFlag, *, reason: str, by: User, version: int | None = None
) -> OrderFlag:
    """It was about nothing; raises Invalid without a reason."""
    reason = _worded(reason, "reason")
    if not reason:
        message = "Say why the flag is dismissed."
        raise Invalid(message, "reason")
    _check(flag, version)
    return _settle(session, flag, FlagStatus.DISMISSED, words=reason, by=by)


def reopen(session: Session, flag: OrderFlag, *, by: User, version: int | None = None) -> OrderFlag:
    """Back to the open flags; raises Invalid when the order has another of the kind by now."""
    _check(flag, version)
    if flag.status is FlagStatus.OPEN:
        return flag
    other = queries.live(session, flag.shopify_order_id, flag.flag_type)
    if other is not None and other is not flag:
        message = "The order has a newer flag of this kind. Go on with that one."
        raise Invalid(message)
    values: dict[str, Any] = dict.fromkeys(("snoozed_until", "resolved_at", "resolved_by_id"))
    return _move(session, flag, FlagStatus.OPEN, by=by, **values, resolution_notes="")


def add_note(session: Session, flag: OrderFlag, *, body: str, by: User) -> OrderFlag:
    """A note for the team; raises Invalid for an empty one."""
    text = _worded(body, "body")
    if not text:
        message = "Write something before you add the note."
        raise Invalid(message, "body")
    record(session, "flag.noted", flag, by=by, after={"note": text})
    return flag


def _settle(
    session: Session, flag: OrderFlag, status: FlagStatus, *, words: str, by: User
) -> OrderFlag:
    _must_be_live(flag)
    return _move(
        session,
        flag,
        status,
        by=by,
        resolution_notes=words,
        resolved_by_id=by.id,
        resolved_at=clock.now(),
        snoozed_until=None,
    )


def _move(
    session: Session, flag: OrderFlag, status: FlagStatus, *, by: User, **values: Any
) -> OrderFlag:
    """Set the status and `values`; the log gets what of it is for people."""
    before = _told(flag)
    flag.status = status
    for name, value in values.items():
        setattr(flag, name, value)
    action = "reopened" if status is FlagStatus.OPEN else status.value
    record(session, f"flag.{action}", flag, by=by, before=before, after=_told(flag))
    return flag


def _told(flag: OrderFlag) -> dict[str, str | None]:
    until = flag.snoozed_until.isoformat() if flag.snoozed_until else None
    return {"status": flag.status.value, "until": until, "note": flag.resolution_notes}


def _check(flag: OrderFlag, version: int | None) -> None:
    if version is not None and version != flag.version:
        message = "Somebody changed this flag while you looked at it. Nothing of yours was saved."
        raise Stale(message)


def _must_be_live(flag: OrderFlag) -> None:
    if flag.status not in queries.LIVE:
        message = f"This flag is {flag.status.value} already. Reopen it first."
        raise Stale(message)


def _worded(text: str, field: str) -> str:
    text = text.strip()
    if len(text) > LONGEST:
        message = f"That is longer than {LONGEST:,} characters."
        raise Invalid(message, field)
    return text
