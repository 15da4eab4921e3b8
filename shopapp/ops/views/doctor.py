"""The doctor's page: every finding, the bad ones first in each glance."""

from __future__ import annotations

from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.db import db
from shopapp.ops.doctor.cases import Case
from shopapp.ops.doctor.examination import Report, examine
from shopapp.ops.doctor.findings import Status
from shopapp.ops.views import system
from shopapp.web.access import allow, scope
from shopapp.web.htmx import show

BADGES = {
    Status.OK: ("Well", "success"),
    Status.WARNING: ("Warning", "caution"),
    Status.WRONG: ("Wrong", "critical"),
    Status.UNKNOWN: ("Unknown", "neutral"),
}


@system.get("/doctor")
@allow(Role.ADMIN)
def doctor() -> Response:
    """The installation, and of its stores only this one."""
    here = scope()
    report = examine(Case(here.config, db.engine, only=here.store.id))
    return show(
        "system/doctor.html",
        "system/_findings.html",
        report=report,
        badges=BADGES,
        verdict=verdict(report),
    )


def verdict(report: Report) -> tuple[str, str]:
    """The tone and the sentence above the findings."""
    bad, doubtful = report.count(Status.WRONG), report.count(Status.WARNING)
    if bad:
        return "critical", f"{bad} of {len(report.findings)} checks found something wrong."
    if doubtful:
        verb = "warns" if doubtful == 1 else "warn"
        return "caution", f"Nothing is wrong; {doubtful} of {len(report.findings)} checks {verb}."
    return "success", "Nothing is wrong."
