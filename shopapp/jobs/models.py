"""Job, ScheduleSlot, Installation: the ledger of background work, and whether it may leave."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopapp import clock
from shopapp.columns import Json, choice
from shopapp.db import Base, ref, unique_where


class JobState(enum.StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"
    CANCELLED = "cancelled"


class Job(Base):
    """A platform table: workers claim across stores; `store_id` says whose work it is.

    An attempt's first note about its progress is kept as `progress_base` and `progress_since`: the
    rate is what was done from there to `progress_done` at `progress_at`.
    """

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_claim", "state", "run_at"),
        Index("ix_job_store", "store_id", "created_at"),
        Index("ix_job_of_store", "store_id", "state", "created_at"),
    )

    store_id: Mapped[str | None] = ref("store.id", index=False)
    name: Mapped[str]
    arguments: Mapped[dict[str, Any]] = mapped_column(Json(dict[str, Any]), default=dict)
    dedupe_key: Mapped[str | None]
    state: Mapped[JobState] = mapped_column(choice(JobState, "state"), default=JobState.QUEUED)
    run_at: Mapped[datetime] = mapped_column(default=clock.now)
    attempts: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int] = mapped_column(default=8)
    fence: Mapped[int] = mapped_column(default=0)
    leased_by: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    progress_done: Mapped[int] = mapped_column(default=0)
    progress_total: Mapped[int | None]
    progress_base: Mapped[int | None]
    progress_since: Mapped[datetime | None]
    progress_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


unique_where(
    "uq_job_dedupe",
    Job.dedupe_key,
    where=Job.state.in_([JobState.QUEUED, JobState.RUNNING]),
)


class ScheduleSlot(Base):
    """A chore's turn. A platform table, unique so that two schedulers never double-run."""

    __tablename__ = "schedule_slot"
    __table_args__ = (UniqueConstraint("name", "slot"),)

    name: Mapped[str]
    slot: Mapped[datetime]


class Installation(Base):
    """One row for the whole installation. While `quiesced_at` is set, nothing leaves.

    A platform table. `is_unfinished`: a restore was cut off before it had held mail back and
    replayed redactions.
    """

    __tablename__ = "installation"

    quiesced_at: Mapped[datetime | None]
    quiesced_because: Mapped[str | None]
    is_unfinished: Mapped[bool] = mapped_column(default=False)
    resumed_at: Mapped[datetime | None]
    resumed_by: Mapped[str | None]
