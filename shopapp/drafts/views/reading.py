"""Reading now, rather than tonight: a button, that it is under way, and when it was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import request

from shopapp.jobs.models import JobState
from shopapp.jobs.queries import latest_job
from shopapp.web.access import Scope
from shopapp.web.htmx import is_partial

PART = "drafts/_reading.html"


@dataclass(frozen=True, slots=True)
class Reading:
    """What `_reading.html` shows; `is_over` where somebody watched it and it came to its end."""

    url: str
    what: str
    is_running: bool
    is_over: bool
    at: datetime | None


def reading(here: Scope, name: str, url: str, what: str) -> Reading:
    """How the job `name` of this store, which reads `what`, stands."""
    job = latest_job(here.session, f"{name}:{here.store.id}")
    is_running = job is not None and job.state in (JobState.QUEUED, JobState.RUNNING)
    at = job.finished_at if job and job.state is JobState.DONE else None
    return Reading(url, what, is_running, is_watched() and not is_running, at)


def is_watched() -> bool:
    """Whether only this part of the page is asked for."""
    return is_partial() and request.args.get("part") == "reading"
