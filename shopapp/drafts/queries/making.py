"""How the making of a draft goes: what its job says while the draft's row says it is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, select

from shopapp import clock
from shopapp.db import Session
from shopapp.drafts.models import AiDraft, DraftState
from shopapp.jobs.models import Job, JobState

UNDERWAY = (DraftState.DRAFTING, DraftState.REWORKING)
ATTEMPTS = 5
"""After these, some three minutes, a draft is given up: whoever waits for it wants to know."""
LATE = timedelta(minutes=1)
"""How long a job may be overdue before the page says that no worker takes it up."""
GONE = "the work on it was stopped"
_NOBODY = "no worker takes it up; Settings, Jobs shows what waits"
_TELLING = (JobState.QUEUED, JobState.RUNNING, JobState.DEAD)


@dataclass(frozen=True, slots=True)
class Making:
    """Why nobody writes the draft any more, or why it is not there yet; both "" while all is well.

    Both are told as they are, after a colon.
    """

    given_up: str = ""
    waits: str = ""


def key(job: str, draft_id: str) -> str:
    """The dedupe key of the job that writes a draft."""
    return f"{job}:{draft_id}"


def making(session: Session, draft: AiDraft | None, job: str) -> Making:
    """How the job called `job` gets on with a draft; one that is not being written costs nothing.

    Row and job are read in one statement, so that a draft that ends just now is not given up.
    """
    if draft is None or draft.state not in UNDERWAY:
        return Making()
    is_its = and_(
        Job.store_id == AiDraft.store_id,
        Job.dedupe_key == key(job, draft.id),
        Job.state.in_(_TELLING),
    )
    told = session.execute(
        select(AiDraft.state, Job.state, Job.last_error, Job.run_at, Job.leased_until)
        .outerjoin(Job, is_its)
        .where(AiDraft.id == draft.id)
        .order_by(Job.id.desc())
        .limit(1)
    ).one_or_none()
    if told is None or told[0] not in UNDERWAY:
        return Making()
    state: JobState | None = told[1]
    _, _, error, run_at, leased_until = told
    if state is None or state is JobState.DEAD:
        return Making(given_up=_plain(error) or GONE)
    if state is JobState.RUNNING:
        return Making(waits=_NOBODY if _is_late(leased_until) else "")
    return Making(waits=_NOBODY if _is_late(run_at) else _again(error))


def _is_late(expected: datetime | None) -> bool:
    return expected is not None and expected + LATE < clock.now()


def _again(error: str | None) -> str:
    return f"the last attempt failed ({_plain(error)}), the next one follows" if error else ""


def _plain(error: str | None) -> str:
    return (error or "").rstrip(". ")
