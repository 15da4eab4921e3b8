"""The examination: every check is run, and one that fails is a finding like any other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import structlog
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from shopapp.ops.doctor import (
    backups,
    connections,
    database,
    exposure,
    keys,
    language,
    machine,
    walls,
    work,
)
from shopapp.ops.doctor.cases import Case
from shopapp.ops.doctor.findings import Check, Finding, Group, Status, unknown, wrong

GROUPS = (
    Group(
        "Database",
        (database.reachable, database.revision, database.drift, database.room, database.plan),
    ),
    Group("Walls between stores", (walls.role, walls.policies, walls.unbound)),
    Group("Background work", (work.held, work.queue, work.dead, work.schedule, work.deliveries)),
    Group("Backups", (backups.made, backups.proved)),
    Group("Keys", (keys.keyring, keys.data_keys)),
    Group("Connections", (connections.latest,)),
    Group("Language model", (language.ready, language.answering, language.money)),
    Group("This machine", (machine.clocks, machine.newest_row, machine.disk, machine.folder)),
    Group("Open to others", (exposure.switches, exposure.demo, exposure.address)),
)
"""Every check: a function that takes a Case and returns a Finding. A new one is a name here."""
_WORST_FIRST = (Status.WRONG, Status.WARNING, Status.UNKNOWN, Status.OK)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """The findings by group; a group without any is left out."""

    groups: tuple[tuple[str, tuple[Finding, ...]], ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(each for _, found in self.groups for each in found)

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong; a warning is not."""
        return self.count(Status.WRONG) == 0

    @property
    def worst(self) -> Status:
        """The worst status there is."""
        return next((each for each in _WORST_FIRST if self.count(each)), Status.OK)

    def count(self, status: Status) -> int:
        """How many findings have `status`."""
        return sum(each.status is status for each in self.findings)


def examine(case: Case, groups: tuple[Group, ...] = GROUPS) -> Report:
    """Run every check; never raises."""
    found = ((group.title, tuple(_findings(case, group))) for group in groups)
    return Report(tuple((title, findings) for title, findings in found if findings))


def _findings(case: Case, group: Group) -> Iterator[Finding]:
    for check in group.checks:
        finding = _examined(check, case)
        if finding:
            key = f"{check.__module__.rpartition('.')[2]}.{check.__name__}"
            yield replace(finding, key=key)


def _examined(check: Check, case: Case) -> Finding | None:
    try:
        return check(case)
    except OperationalError as error:
        return _unanswered(check, error)
    except SQLAlchemyError as error:
        return unknown(f"Not examined: the database refused ({_reason(error)}).")
    except Exception as error:
        log.exception("doctor.check_failed", check=check.__name__)
        return unknown(f"Not examined: the check itself failed ({type(error).__name__}).")


def _unanswered(check: Check, error: OperationalError) -> Finding:
    """Said in full once, by the first check; the others only say that they could not look."""
    if check is not database.reachable:
        return unknown("Not examined: the database does not answer.")
    fix = "See that it runs, then DATABASE_URL, its password and its permissions."
    return wrong(f"The database does not answer ({_reason(error)}).", fix)


def _reason(error: SQLAlchemyError) -> str:
    """The driver's first line; it names no password."""
    return (str(getattr(error, "orig", error)).strip().splitlines() or [""])[0]
