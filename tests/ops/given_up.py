"""Jobs of any state in the ledger, and how they stand afterwards."""

from __future__ import annotations

from typing import Any

from shopapp import clock
from shopapp.db import Session
from shopapp.jobs.models import Job, JobState
from tests import cast

SETTLINGS = [
    ("retry", JobState.QUEUED, "job.retried"),
    ("discard", JobState.CANCELLED, "job.discarded"),
]
"""What can be done about a job, the state it is in then, and the line in the log."""


class Ledger:
    """Writes and reads in transactions that are over at once: others want to write too."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def add(self, **values: Any) -> str:
        """The id of a job of Harbor, given up unless told otherwise."""
        given = {
            "store_id": cast.HARBOR.id,
            "name": "inbox.draft",
            "state": JobState.DEAD,
            "attempts": 8,
            "last_error": "RuntimeError: no answer",
            "finished_at": clock.now(),
        }
        job = Job(**given | values)
        job_id = job.id
        self.session.add(job)
        self.session.commit()
        return job_id

    def state(self, job_id: str) -> JobState:
        """Where the job stands."""
        found = self.session.get_one(Job, job_id).state
        self.session.rollback()
        return found
