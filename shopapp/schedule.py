"""What runs when: one line per chore, and `shopapp work`, which keeps the schedule."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from shopapp import clock
from shopapp.account import chores
from shopapp.db import Session, new_session
from shopapp.drafts.actions import altering, commissioning, exporting, learning, spending
from shopapp.flags import checking
from shopapp.home.actions import figuring
from shopapp.imports.actions import working
from shopapp.inbox import watching
from shopapp.inbox.actions import (
    departing,
    drafting,
    filing,
    importing,
    mentioning,
    noticing,
    outcomes,
    reckoning,
    reworking,
    scanning,
    syncing,
    tending,
    trying,
    uploading,
)
from shopapp.inventory import actions as stock
from shopapp.jobs import ledger, pruning, worker
from shopapp.jobs.models import ScheduleSlot
from shopapp.mail import delivery, domains, letters, looking, sweeping
from shopapp.metrics import actions as kpis
from shopapp.metrics import facts
from shopapp.ops import analyzing, lifeline
from shopapp.ops.backups import jobs as backups
from shopapp.ops.keys import rotating
from shopapp.ops.privacy import remembering
from shopapp.ops.retention import running as retention
from shopapp.purchasing.actions import mailing, measuring, planning
from shopapp.seo.actions import checking as searching
from shopapp.stores.models import Store, StoreStatus

HANDLERS = (
    chores,
    letters,
    delivery,
    looking,
    sweeping,
    pruning,
    drafting,
    importing,
    mentioning,
    outcomes,
    reworking,
    departing,
    reckoning,
    syncing,
    tending,
    trying,
    checking,
    searching,
    working,
    facts,
    kpis,
    figuring,
    stock,
    measuring,
    planning,
    backups,
    rotating,
    retention,
    remembering,
    filing,
    scanning,
    uploading,
    domains,
    spending,
    learning,
    noticing,
    exporting,
    mailing,
    analyzing,
    commissioning,
    altering,
)
"""Modules whose jobs this installation can do, and who listens to mail and to restores."""
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Chore:
    """The job `job` once in every span of `every`, `after` its start, counted in UTC."""

    job: str
    every: timedelta
    after: timedelta = timedelta(0)
    each_store: bool = False

    def slot(self, now: datetime) -> datetime:
        """The start of the span `now` lies in: one run belongs to it."""
        begun = _EPOCH + self.after
        return begun + self.every * ((now - begun) // self.every)


CHORES = (
    Chore("mail.round", timedelta(minutes=1), each_store=True),
    Chore("mail.sweep", timedelta(minutes=10), each_store=True),
    Chore("flags.check", timedelta(minutes=10), each_store=True),
    Chore("inbox.sweep", timedelta(minutes=10), each_store=True),
    Chore("inbox.scan", timedelta(minutes=10), each_store=True),
    Chore("inbox.reckon", timedelta(days=1), after=timedelta(hours=4, minutes=20), each_store=True),
    Chore("inbox.tend", timedelta(minutes=5), each_store=True),
    Chore("account.prune", timedelta(days=1), after=timedelta(hours=3, minutes=40)),
    Chore(spending.RELEASE, timedelta(minutes=30), each_store=True),
    Chore("inventory.snapshot", timedelta(hours=4), each_store=True),
    Chore("purchasing.measure", timedelta(days=1), after=timedelta(hours=3), each_store=True),
    Chore("metrics.kpis", timedelta(hours=1), after=timedelta(minutes=5), each_store=True),
    Chore("home.figures", timedelta(hours=1), after=timedelta(minutes=6), each_store=True),
    Chore(learning.LEARN, timedelta(days=1), after=timedelta(hours=2), each_store=True),
    Chore(
        noticing.NOTICE, timedelta(days=1), after=timedelta(hours=2, minutes=10), each_store=True
    ),
    Chore("seo.wake", timedelta(minutes=10), each_store=True),
    Chore("seo.check", timedelta(days=1), after=timedelta(hours=4), each_store=True),
    Chore(backups.TURN, timedelta(minutes=15)),
    Chore(backups.LOOK, timedelta(days=1), after=timedelta(hours=5)),
    Chore(
        "retention.run", timedelta(days=1), after=timedelta(hours=3, minutes=50), each_store=True
    ),
    Chore(domains.CHECK_ALL, timedelta(days=1), after=timedelta(hours=6), each_store=True),
    Chore("jobs.prune", timedelta(days=1), after=timedelta(hours=3, minutes=20)),
    Chore(analyzing.ANALYZE, timedelta(days=1), after=timedelta(hours=3, minutes=30)),
)


def work(app: Flask, *, parent: int | None = None, threads: int = 2) -> None:
    """Run jobs and keep the schedule until SIGTERM or SIGINT, or until process `parent` ends."""
    stop = lifeline.stop_on_signals()
    if parent is not None:
        lifeline.end_with(parent)
    watching.start(app, stop)
    worker.run(app, stop, threads=threads, tick=tick)


def tick() -> None:
    """Write the jobs of every slot that has begun; a missed slot is made up for once."""
    now = clock.now()
    for chore in CHORES:
        with closing(new_session()) as session:
            if _is_open(session, chore.job, chore.slot(now)) and _taken(session, chore, now):
                session.commit()


def _is_open(session: Session, job: str, slot: datetime) -> bool:
    query = select(ScheduleSlot.id).where(ScheduleSlot.name == job, ScheduleSlot.slot == slot)
    with closing(new_session()) as reading:
        reading.reading = True
        return reading.scalar(query) is None


def _taken(session: Session, chore: Chore, now: datetime) -> bool:
    """Take the slot and write its jobs; False when another scheduler was faster."""
    session.add(ScheduleSlot(name=chore.job, slot=chore.slot(now)))
    try:
        session.flush()
    except IntegrityError:
        return False
    for store_id in _stores(session) if chore.each_store else (None,):
        ledger.enqueue(
            session,
            chore.job,
            store_id=store_id,
            arguments={},
            dedupe_key=f"{chore.job}:{store_id or 'all'}",
        )
    return True


def _stores(session: Session) -> tuple[str, ...]:
    alive = Store.status != StoreStatus.ARCHIVED
    return tuple(session.scalars(select(Store.id).where(alive).order_by(Store.id)))
