"""Installations under examination, for the tests of the doctor."""

from __future__ import annotations

from shopapp.ops.doctor.cases import Case
from shopapp.ops.doctor.findings import Check, Status

OK, WARNING, WRONG, UNKNOWN = Status.OK, Status.WARNING, Status.WRONG, Status.UNKNOWN


def status(check: Check, case: Case) -> Status:
    """What the check says, which has to come with advice unless all is well."""
    finding = check(case)
    assert finding
    assert finding.status in (OK, UNKNOWN) or finding.fix
    return finding.status
