"""The inbox's settings, its tags and its rules, as admins arrange them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select, update

from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.inbox import rules
from shopapp.inbox.actions import sorting, tending, trying
from shopapp.inbox.models import InboxRule, InboxSettings, Tag, TicketTag, Trigger
from shopapp.inbox.queries import desk
from shopapp.inbox.queries import rules as queries
from shopapp.jobs.ledger import enqueue
from shopapp.refusals import Invalid
from shopapp.stores.models import StoreSettings
from shopapp.stores.queries import settings as store_settings
from shopapp.tenancy import store_of

MOST_RULES = 50


def set_levels(
    session: Session,
    *,
    levels: Mapping[str, Any],
    holidays: Mapping[str, Any],
    hours: Mapping[str, list[str]],
    by: User,
) -> InboxSettings:
    """Service levels, holidays and business hours; what is due is worked out anew behind it."""
    row, store = _row(session), store_settings(session)
    before = {"levels": row.levels, "holidays": row.holidays, "hours": store.business_hours}
    row.levels, row.holidays, store.business_hours = dict(levels), dict(holidays), dict(hours)
    _kept(session, row, "service levels.changed", before, by)
    store_id = store_of(session)
    key = f"{tending.RETIME}:{store_id}"
    enqueue(session, tending.RETIME, store_id=store_id, arguments={}, dedupe_key=key)
    return row


def set_handling(
    session: Session,
    *,
    assignment: Mapping[str, Any],
    spam: Mapping[str, Any],
    survey: Mapping[str, Any],
    by: User,
) -> InboxSettings:
    """Who gets new tickets, what becomes of spam, and whether customers are asked."""
    row = _row(session)
    before = {"assignment": row.assignment, "spam": row.spam, "survey": row.survey}
    row.assignment, row.spam, row.survey = dict(assignment), dict(spam), dict(survey)
    _kept(session, row, "ticket handling.changed", before, by)
    return row


def rename_tag(session: Session, tag: Tag, *, name: str, by: User) -> Tag:
    """Another name for a tag; one that exists already takes its tickets over. Raises Invalid."""
    named = sorting.tidy(name)
    other = session.scalar(select(Tag).where(Tag.name == named, Tag.id != tag.id))
    if other is not None:
        return merge_tag(session, tag, into=other, by=by)
    if not named or len(named) > sorting.LONGEST_TAG:
        message = f"A tag has a name of 1 to {sorting.LONGEST_TAG} characters."
        raise Invalid(message, "name")
    record(session, "tag.renamed", tag, by=by, before={"name": tag.name}, after={"name": named})
    tag.name = named
    return tag


def merge_tag(session: Session, tag: Tag, *, into: Tag, by: User) -> Tag:
    """Every ticket of `tag` bears `into` instead, and `tag` is gone."""
    theirs = select(TicketTag.ticket_id).where(TicketTag.tag_id == into.id)
    run = {"synchronize_session": False}
    session.execute(
        update(TicketTag)
        .where(TicketTag.tag_id == tag.id, TicketTag.ticket_id.not_in(theirs))
        .values(tag_id=into.id)
        .execution_options(**run)
    )
    record(session, "tag.merged", tag, by=by, before={"name": tag.name}, after={"name": into.name})
    session.execute(delete(TicketTag).where(TicketTag.tag_id == tag.id).execution_options(**run))
    session.delete(tag)
    return into


def delete_tag(session: Session, tag: Tag, *, by: User) -> None:
    """Take a tag off every ticket, for good."""
    record(session, "tag.deleted", tag, by=by, before={"name": tag.name})
    run = {"synchronize_session": False}
    session.execute(delete(TicketTag).where(TicketTag.tag_id == tag.id).execution_options(**run))
    session.delete(tag)


def add_rule(session: Session, *, by: User) -> InboxRule:
    """A new rule at the end, switched off; raises Invalid when there are too many."""
    last = session.scalar(select(func.max(InboxRule.position))) or 0
    if last >= MOST_RULES:
        message = f"A store has {MOST_RULES} rules at most. Join or delete some first."
        raise Invalid(message)
    rule = InboxRule(position=last + 1, name="New rule", conditions=[], actions=[])
    session.add(rule)
    session.flush()
    record(session, "rule.added", rule, by=by)
    return rule


def change_rule(session: Session, rule: InboxRule, *, values: Mapping[str, Any], by: User) -> None:
    """Save a rule as typed; it is switched off when it no longer is what was tried.

    Raises Invalid with every fault in one sentence each.
    """
    found = rules.faults(values["conditions"], values["actions"])
    if not str(values["name"]).strip():
        found.insert(0, "A rule needs a name.")
    if found:
        raise Invalid(" ".join(found))
    before = {name: getattr(rule, name) for name in values}
    for name, value in values.items():
        setattr(rule, name, value)
    rule.trigger = Trigger(rule.trigger)
    rule.failed_at = rule.last_error = None
    rule.is_active = rule.is_active and trying.is_tried(rule)
    record(session, "rule.changed", rule, by=by, before=before, after=dict(values))


def switch_rule(session: Session, rule: InboxRule, *, on: bool, by: User) -> None:
    """Switch a rule on or off; raises Invalid for one that was not tried as it stands."""
    if on and not trying.is_tried(rule):
        message = "Try the rule on the last 30 days first, so that nobody is surprised."
        raise Invalid(message)
    if rule.is_active is on:
        return
    rule.is_active = on
    rule.failed_at = rule.last_error = None
    record(session, f"rule.switched {'on' if on else 'off'}", rule, by=by)


def move_rule(session: Session, rule: InboxRule, *, down: bool, by: User) -> None:
    """Let a rule act one place later or earlier; at the end it stays."""
    ordered = list(queries.in_order(session))
    at = ordered.index(rule)
    to = at + (1 if down else -1)
    if not 0 <= to < len(ordered):
        return
    ordered[at], ordered[to] = ordered[to], ordered[at]
    _number(ordered)
    record(session, "rule.moved", rule, by=by, after={"position": rule.position})


def delete_rule(session: Session, rule: InboxRule, *, by: User) -> None:
    """Take a rule away; what it did stays."""
    record(session, "rule.deleted", rule, by=by, before={"name": rule.name})
    others = [each for each in queries.in_order(session) if each is not rule]
    session.delete(rule)
    _number(others)


def _number(ordered: Sequence[InboxRule]) -> None:
    for number, rule in enumerate(ordered, start=1):
        rule.position = number


def _row(session: Session) -> InboxSettings:
    """The store's row of settings, made when there is none; locked until the commit."""
    row = session.scalar(select(InboxSettings).with_for_update())
    if row is None:
        row = InboxSettings(levels={}, holidays={}, assignment={}, spam={}, survey={})
        session.add(row)
        session.flush()
    return row


def _kept(
    session: Session, row: InboxSettings, action: str, before: Mapping[str, Any], by: User
) -> None:
    store: StoreSettings = store_settings(session)
    now = {name: store.business_hours if name == "hours" else getattr(row, name) for name in before}
    desk.forget(session)
    record(session, action, row, by=by, before=before, after=now)
