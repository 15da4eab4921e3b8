"""The check: rules over the newest figures; insights open, change, close and come back by it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from shopapp import clock
from shopapp.db import Session
from shopapp.jobs.context import JobContext
from shopapp.jobs.registry import handler
from shopapp.seo import rules
from shopapp.seo.actions import working
from shopapp.seo.actions.noting import keep, open_
from shopapp.seo.models import InsightStatus, SeoInsight
from shopapp.seo.queries import insights, metrics
from shopapp.seo.rules import Brand, Finding, Table, thresholds
from shopapp.stores.models import Store
from shopapp.tenancy import store_of

CHECK, WAKE = "seo.check", "seo.wake"
CLEAN_RUNS = 2


@dataclass(slots=True)
class Checked:
    """What a check changed."""

    opened: int = 0
    changed: int = 0
    reopened: int = 0
    closed: int = 0


@handler(CHECK)
def run_check(context: JobContext) -> None:
    """The job."""
    with context.transaction() as session:
        check(session)


@handler(WAKE)
def run_wake(context: JobContext) -> None:
    """Snoozed insights whose day has come are open again."""
    with context.transaction() as session:
        for insight in insights.due(session, clock.now()):
            working.wake(session, insight)


def check(session: Session) -> Checked:
    """Run every rule over the newest range; the same figures a second time change nothing."""
    done, brand = Checked(), brand_of(session)
    for table in newest(session):
        for key, found in rules.find(table, brand).items():
            if found is not None:
                _settle(session, key, found, table, done)
    session.flush()
    return done


def newest(session: Session) -> list[Table]:
    """The newest range's queries, and its pages, as far as there are any."""
    tables = []
    for kind in ("query", "page"):
        ranges = metrics.ranges(session, kind)
        if ranges:
            tables.append(metrics.table(session, kind, ranges[0]))
    return tables


def brand_of(session: Session) -> Brand:
    """How people call this shop."""
    store = session.get_one(Store, store_of(session))
    return Brand.of(store.name, store.primary_domain or store.shop_domain or store.handle)


def _settle(
    session: Session, key: str, found: Iterable[Finding], table: Table, done: Checked
) -> None:
    """Bring the insights of one rule in step with what it found."""
    known = insights.known(session, [key])
    seen = set()
    opened = 0
    for finding in sorted(found, key=_stake, reverse=True):
        seen.add(finding.fingerprint)
        row = known.get(finding.fingerprint)
        if row is not None:
            _meet(session, row, finding, table, done)
        elif opened < thresholds.OPENED_AT_MOST:
            open_(session, finding)
            opened += 1
    done.opened += opened
    for fingerprint, row in known.items():
        if fingerprint not in seen and row.status in insights.LIVE:
            _miss(session, row, table, done)


def _meet(session: Session, row: SeoInsight, finding: Finding, table: Table, done: Checked) -> None:
    if row.status is InsightStatus.RESOLVED and _is_back(row, table):
        working.reopen(session, row, by=None)
        keep(session, row, finding)
        done.reopened += 1
    elif row.status in insights.LIVE and keep(session, row, finding):
        done.changed += 1


def _miss(session: Session, row: SeoInsight, table: Table, done: Checked) -> None:
    """A run without the finding counts once for each new range."""
    if table.last_day.isoformat() <= _known_until(row):
        return
    row.clean_runs += 1
    row.evidence = {**row.evidence, "clean_through": table.last_day.isoformat()}
    if row.clean_runs >= CLEAN_RUNS:
        working.clear(session, row)
        done.closed += 1


def _is_back(row: SeoInsight, table: Table) -> bool:
    """New data show it again; after a person's word only data mostly from later than that."""
    if table.last_day.isoformat() <= _known_until(row):
        return False
    settled = row.evidence.get("settled_on")
    middle = table.first_day + (table.last_day - table.first_day) / 2
    return settled is None or middle > date.fromisoformat(settled)


def _known_until(row: SeoInsight) -> str:
    evidence = row.evidence
    return max(str(evidence.get("clean_through", "")), str(evidence.get("last_day", "")))


def _stake(finding: Finding) -> tuple[float, int, str]:
    return finding.share, int(finding.evidence.get("impressions", 0)), finding.resource
