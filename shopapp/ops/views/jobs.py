"""The store's background work: what waits, runs, was given up or is done; retry and discard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.home.actions import repairing
from shopapp.jobs import queries, wording
from shopapp.jobs.models import Job, JobState
from shopapp.ops.views import system
from shopapp.web.access import allow, scope
from shopapp.web.htmx import changed, conflict, found, show
from shopapp.web.paging import SIZE, keyset

PAGE, PART = "system/jobs.html", "system/_jobs.html"
TABS = {
    "dead": ("Given up", (JobState.DEAD,)),
    "waiting": ("Waiting", (JobState.QUEUED,)),
    "running": ("Running", (JobState.RUNNING,)),
    "done": ("Done lately", (JobState.DONE, JobState.CANCELLED)),
}


@system.get("/jobs")
@allow(Role.ADMIN)
def jobs() -> Response:
    """One tab of the store's jobs; work of the whole installation is the command line's."""
    return show(PAGE, PART, **_page(request.args.get("state", "")))


@system.post("/jobs/<job_id>/retry")
@allow(Role.ADMIN)
def job_retry(job_id: str) -> Response:
    """Queue a job that was given up again."""
    return _settled(_own(job_id), repairing.again, "Queued again")


@system.post("/jobs/<job_id>/discard")
@allow(Role.ADMIN)
def job_discard(job_id: str) -> Response:
    """Put a job that was given up away for good."""
    return _settled(_own(job_id), repairing.discard, "Discarded")


@system.post("/jobs/retry")
@allow(Role.ADMIN)
def jobs_retry() -> Response:
    """Queue the jobs shown again."""
    return _settled(_shown(), repairing.again, "Queued again")


@system.post("/jobs/discard")
@allow(Role.ADMIN)
def jobs_discard() -> Response:
    """Put the jobs shown away."""
    return _settled(_shown(), repairing.discard, "Discarded")


def _own(job_id: str) -> Sequence[str]:
    here = scope()
    return [found(queries.store_job(here.session, here.store.id, job_id)).id]


def _shown() -> Sequence[str]:
    return request.form.get("jobs", "").split(",")[:SIZE]


def _settled(job_ids: Sequence[str], act: Callable[..., bool], said: str) -> Response:
    """Settle what is still among the dead; a conflict when somebody was faster with all of it."""
    here = scope()
    dead = queries.dead_jobs_among(here.session, here.store.id, job_ids)
    settled = [job for job in dead if act(here.session, job, by=here.user)]
    if not dead:
        return conflict(PAGE, PART, **_page("dead", "Somebody has settled this already."))
    here.session.flush()
    say = said if len(dead) == 1 else f"{said}: {len(settled)} jobs"
    return changed(PART, to=url_for("system.jobs", state="dead"), say=say, **_page("dead"))


def _page(asked: str, refusal: str = "") -> dict[str, Any]:
    here = scope()
    state = asked if asked in TABS else "dead"
    counts = queries.counts(here.session, here.store.id)
    page = keyset(
        here.session,
        queries.of_store(here.store.id, TABS[state][1]),
        by=(Job.created_at, Job.id),
        key=lambda job: (job.created_at, job.id),
        cursor=request.args.get("at"),
    )
    return {
        "state": state,
        "tabs": [
            (label, url_for("system.jobs", state=key), key == state, _sum(counts, states))
            for key, (label, states) in TABS.items()
        ],
        "rows": [(job, wording.title(job.name), queries.progress(job)) for job in page.rows],
        "pace": wording.pace,
        "lag": queries.overdue_seconds(here.session, here.store.id),
        "is_live": _is_live(state, counts),
        "newer": _url(state, page.newer),
        "older": _url(state, page.older),
        "refusal": refusal,
    }


def _is_live(state: str, counts: dict[JobState, int]) -> bool:
    """Whether the first page of a tab where things move is shown, and they do move."""
    moves = state in ("waiting", "running") and JobState.RUNNING in counts
    return moves and "at" not in request.args


def _sum(counts: dict[JobState, int], states: Sequence[JobState]) -> str:
    return f"{sum(counts.get(each, 0) for each in states):,}"


def _url(state: str, cursor: str | None) -> str | None:
    return url_for("system.jobs", state=state, at=cursor) if cursor else None
