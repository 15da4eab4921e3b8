"""A rule tried on the mail of the last 30 days: what it would have met, without doing anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from shopapp import clock
from shopapp.db import Session
from shopapp.inbox import rules
from shopapp.inbox.models import InboxRule, Ticket
from shopapp.inbox.queries import rules as queries
from shopapp.jobs.context import JobContext
from shopapp.jobs.ledger import enqueue
from shopapp.jobs.registry import handler
from shopapp.tenancy import store_of

TRY = "inbox.try_rule"
SPAN = timedelta(days=30)
AT_ONCE, BATCH, SAMPLES = 300, 200, 10


def try_rule(session: Session, rule: InboxRule) -> None:
    """Try the rule now, or in the background when that takes longer than a page may."""
    messages = queries.tried_messages(session, rule.trigger, clock.now() - SPAN)
    trial = _Trial(rule, len(messages))
    if len(messages) <= AT_ONCE:
        trial.meet(session, rule, messages)
        trial.is_over = True
    else:
        enqueue(
            session,
            TRY,
            store_id=store_of(session),
            arguments={"rule_id": rule.id},
            dedupe_key=f"{TRY}:{rule.id}",
        )
    _keep(session, rule.id, trial)


@handler(TRY)
def try_in_background(context: JobContext, *, rule_id: str) -> None:
    """Try a rule on many messages, a batch a transaction."""
    with context.transaction() as session:
        rule = queries.rule(session, rule_id)
        if rule is None:
            return
        messages = queries.tried_messages(session, rule.trigger, clock.now() - SPAN)
        trial = _Trial(rule, len(messages))
    for start in range(0, len(messages), BATCH):
        with context.transaction() as session:
            rule = queries.rule(session, rule_id)
            if rule is None:
                return
            trial.meet(session, rule, messages[start : start + BATCH])
            trial.is_over = start + BATCH >= len(messages)
            _keep(session, rule_id, trial)
            context.progress(trial.seen, len(messages))


def fingerprint(rule: InboxRule) -> str:
    """What a trial tried."""
    hours = rule.silent_hours if rule.trigger.value == "silence" else 0
    return rules.fingerprint(rule.trigger.value, hours, rule.needs_all, rule.conditions)


def is_tried(rule: InboxRule) -> bool:
    """Whether the rule was tried as it stands now."""
    trial = rule.trial or {}
    return bool(trial.get("is_over")) and trial.get("of") == fingerprint(rule)


class _Trial:
    """What a trial has met so far."""

    def __init__(self, rule: InboxRule, total: int) -> None:
        self.of = fingerprint(rule)
        self.total, self.seen, self.matched, self.is_over = total, 0, 0, False
        self.tickets: set[str] = set()
        self.samples: list[str] = []

    def meet(self, session: Session, rule: InboxRule, messages: Sequence[str]) -> None:
        for message, ticket in queries.messages_with_tickets(session, messages):
            self.seen += 1
            facts = queries.facts(session, ticket, message)
            if rules.holds(rule.conditions, facts, needs_all=rule.needs_all):
                self._met(ticket)

    def _met(self, ticket: Ticket) -> None:
        self.matched += 1
        if ticket.id not in self.tickets and len(self.samples) < SAMPLES:
            self.samples.append(ticket.id)
        self.tickets.add(ticket.id)

    @property
    def kept(self) -> dict[str, Any]:
        return {
            "of": self.of,
            "at": clock.now().isoformat(),
            "total": self.total,
            "seen": self.seen,
            "matched": self.matched,
            "tickets": len(self.tickets),
            "samples": self.samples,
            "is_over": self.is_over,
        }


def _keep(session: Session, rule_id: str, trial: _Trial) -> None:
    """Without a new version: nobody who edits the rule is in its way."""
    session.execute(
        update(InboxRule)
        .where(InboxRule.id == rule_id)
        .values(trial=trial.kept)
        .execution_options(synchronize_session="fetch")
    )
