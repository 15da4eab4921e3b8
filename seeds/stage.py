"""The stage: a story told in the past, by the real actions, inside one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from sqlalchemy import event, select

from seeds.cast import Shop
from shopapp import clock
from shopapp.accounts.models import User
from shopapp.config import Config
from shopapp.crypto.instance import InstanceKeys
from shopapp.db import Base, Session
from shopapp.inbox.actions import drafting, outcomes
from shopapp.inbox.models import Ticket
from shopapp.jobs import registry
from shopapp.jobs.context import JobContext
from shopapp.jobs.ledger import Claim
from shopapp.jobs.models import Job, JobState
from shopapp.mail import delivery
from shopapp.mail.files import Files
from shopapp.mail.models import Mailbox
from shopapp.stores.models import Store

HANDLERS = (delivery, drafting, outcomes)  # importing them registers what the story needs
_TICK = timedelta(milliseconds=1)


@dataclass
class Stage:
    """What a story is played with. `tickets` are those opened so far, by the story's name."""

    session: Session
    shop: Shop
    store: Store
    mailbox: Mailbox
    config: Config
    keys: InstanceKeys
    time: StageClock
    people: dict[str, User]
    tickets: dict[str, Ticket] = field(default_factory=dict)

    @property
    def files(self) -> Files:
        """The store's attachment folder."""
        return Files.of(self.config, self.store.id)

    def work(self, *, smtp_url: str = "") -> None:
        """Do the store's due jobs as its worker would; mail goes to the outbox folder."""
        config = replace(self.config, smtp_url=smtp_url)
        due = select(Job).where(
            Job.store_id == self.store.id,
            Job.state == JobState.QUEUED,
            Job.run_at <= clock.now(),
        )
        for job in self.session.scalars(due.order_by(Job.run_at, Job.id)).all():
            job.started_at = clock.now()
            job.attempts = job.fence = 1
            context = _Rehearsal(self.session, job, config, self.keys)
            registry.find(job.name)(context, **job.arguments)
            job.state, job.finished_at = JobState.DONE, clock.now()
        self.session.flush()


class StageClock:
    """A clock that is told the time, and ticks a little with each look at it."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        """The story's present moment; no two looks see the same."""
        self._moment += _TICK
        return self._moment

    def move_to(self, moment: datetime) -> None:
        """Forward to `moment`; never back."""
        self._moment = max(self._moment, moment)

    def move_on(self, **span: float) -> None:
        """Forward by a `timedelta`'s arguments."""
        self._moment += timedelta(**span)


@contextmanager
def telling(session: Session, time: StageClock) -> Iterator[None]:
    """Inside this block `clock.now()` and the stamps of new rows follow the story's clock."""

    def stamp(session: Session, _context: object, _instances: object) -> None:
        for row in session.new:
            _stamp(row, is_new=True)
        for row in session.dirty:
            if session.is_modified(row):
                _stamp(row, is_new=False)

    event.listen(session, "before_flush", stamp)
    try:
        with patch.object(clock, "now", time.now):
            yield
    finally:
        event.remove(session, "before_flush", stamp)


def _stamp(row: Any, *, is_new: bool) -> None:
    """The columns' own defaults were bound to the real clock when their class was made."""
    if isinstance(row, Base):
        row.updated_at = clock.now()
        if is_new and row.created_at is None:
            row.created_at = row.updated_at


class _Rehearsal(JobContext):
    """A job whose transactions are savepoints of the planting's own."""

    def __init__(self, session: Session, job: Job, config: Config, keys: InstanceKeys) -> None:
        claim = Claim(
            job.id, job.name, job.store_id, job.arguments, job.attempts, job.max_attempts, job.fence
        )
        super().__init__(claim, config, keys.keyring)
        self._session = session

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        with self._session.begin_nested():
            yield self._session

    def progress(self, done: int, total: int | None = None) -> None:
        """Nobody watches a rehearsal."""
