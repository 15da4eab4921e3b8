"""Forgetting what is over its time: in short transactions, safe to kill and to run again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import func, select

from shopapp import clock
from shopapp.config import Config
from shopapp.db import Session
from shopapp.jobs.context import JobContext
from shopapp.jobs.registry import handler
from shopapp.ops.privacy import index
from shopapp.ops.retention.rules import RULES, Rule
from shopapp.stores.queries import settings as store_settings

Transaction = Callable[[], AbstractContextManager[Session]]
BATCH = 200


@handler("retention.run")
def nightly(context: JobContext) -> None:
    """Forget what is over its time in the job's store."""
    now = clock.now()
    with context.transaction() as session:
        total = sum(counts(session, now).values())
    run(context.transaction, context.config, now, lambda done: context.progress(done, total))


def counts(session: Session, now: datetime) -> dict[str, int]:
    """How many rows each rule would forget at `now`, by key."""
    return {rule.key: _count(session, rule, now) for rule in RULES}


def run(
    transaction: Transaction,
    config: Config,
    now: datetime,
    note: Callable[[int], None] = lambda _: None,
) -> dict[str, int]:
    """Forget what is over its time at `now`; how many rows of each rule, by key.

    Each batch is a transaction of its own; `note` hears the sum so far after each.
    """
    forgotten: dict[str, int] = {}
    for rule in RULES:
        forgotten[rule.key], more = 0, BATCH
        while more == BATCH:
            with transaction() as session:
                more = _forget(session, rule, config, now)
            forgotten[rule.key] += more
            if more:
                note(sum(forgotten.values()))
    with transaction() as session:
        index.forget_words(session)
    return forgotten


def _forget(session: Session, rule: Rule, config: Config, now: datetime) -> int:
    conditions = rule.conditions(store_settings(session), now)
    if conditions is None:
        return 0
    due = select(rule.model.id).where(*conditions).order_by(rule.model.id).limit(BATCH)
    ids = session.scalars(due).all()
    if ids:
        rule.forget(session, ids, config)
    return len(ids)


def _count(session: Session, rule: Rule, now: datetime) -> int:
    conditions = rule.conditions(store_settings(session), now)
    if conditions is None:
        return 0
    query = select(func.count()).select_from(rule.model).where(*conditions)
    return session.scalar(query) or 0
