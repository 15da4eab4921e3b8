"""Backups: the last one, what it would lose, whether it was proved, and making one now."""

from __future__ import annotations

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from shopapp import clock
from shopapp.accounts.models import Role
from shopapp.audit import actions as audit
from shopapp.jobs.models import JobState
from shopapp.jobs.queries import latest_job, progress
from shopapp.ops.backups import jobs, runs
from shopapp.ops.views import system
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import changed, conflict, show

PAGE, PART = "system/backups.html", "system/_backups.html"
_UNDER_WAY = (JobState.QUEUED, JobState.RUNNING)


@system.get("/backups")
@allow(Role.ADMIN)
def backups() -> Response:
    """The state of the backups; while one is made, how far it is."""
    return show(PAGE, PART, **_context(scope()))


@system.post("/backups")
@allow(Role.ADMIN)
def backup_creation() -> Response:
    """Have one made now."""
    here = scope()
    if not here.config.backup_to:
        return conflict(PAGE, PART, **_context(here))
    job = jobs.ask(here.session)
    audit.record(here.session, "backup.asked", job, by=here.user)
    here.session.flush()
    return changed(
        PART, to=url_for("system.backups"), say="A backup is being made", **_context(here)
    )


def _context(here: Scope) -> dict[str, Any]:
    job = latest_job(here.session, jobs.NOW)
    is_under_way = job is not None and job.state in _UNDER_WAY
    verified = runs.last_verification(here.session)
    return {
        "place": here.config.backup_to,
        "every": here.config.backup_every,
        "is_encrypted": bool(here.config.backup_recipient),
        "last": runs.last_backup(here.session),
        "verified": verified,
        "is_verified": runs.is_verified(verified, clock.now()),
        "runs": runs.recent_runs(here.session),
        "working": progress(job) if job is not None and is_under_way else None,
    }
