"""What /metrics says of the whole installation: numbers of rows, never a row, never a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import timedelta
from typing import Any

from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import Engine, func, select

from shopapp import clock
from shopapp.accounts.models import UserSession
from shopapp.config import Config
from shopapp.db import Session, db
from shopapp.inbox.models import Ticket, TicketStatus
from shopapp.jobs import queries as jobs
from shopapp.jobs.models import Job, JobState, ScheduleSlot
from shopapp.mail.models import OutboundMail, OutboundState
from shopapp.ops.backups.runs import last_backup
from shopapp.stores.models import Store
from shopapp.tenancy import bind

MOST_STORES = 200  # what is counted store by store stops here: a scrape has to end
_ALIVE = (JobState.QUEUED, JobState.RUNNING, JobState.DEAD)
_LEAVING = (OutboundState.QUEUED, OutboundState.SENDING, OutboundState.UNKNOWN)


def gauges(engine: Engine, config: Config) -> Iterator[GaugeMetricFamily]:
    """Every gauge that is read from the database; a few statements, and two a store."""
    with closing(_reading(engine)) as session:
        yield from _work(session)
        yield _one("sessions", "Browsers signed in.", _browsers(session, config))
        stores = session.scalars(select(Store.id).order_by(Store.id)).all()
        yield _one("stores", "Stores.", len(stores))
    yield from _by_store(engine, stores[:MOST_STORES])


def pool(engine: Engine, process: str) -> GaugeMetricFamily:
    """Database connections this process has in use."""
    words = "Database connections in use."
    family = GaugeMetricFamily("shopapp_pool_in_use", words, labels=["process"])
    family.add_metric([process], _in_use(engine))
    return family


def up(answers: bool) -> GaugeMetricFamily:
    """Whether the database answered."""
    return _one("database_up", "1 when the database answered.", float(answers))


def _in_use(engine: Engine) -> float:
    counted: Any = getattr(engine.pool, "checkedout", None)
    return float(counted()) if counted else 0.0


def _work(session: Session) -> Iterator[GaugeMetricFamily]:
    query = select(Job.state, func.count()).where(Job.state.in_(_ALIVE)).group_by(Job.state)
    counts = {row[0]: row[1] for row in session.execute(query)}
    yield _many("jobs", "Jobs that are not over, by state.", _ALIVE, counts)
    waited = jobs.overdue_seconds(session)
    yield _one("queue_lag_seconds", "How long the oldest due job has waited.", waited)
    backup = last_backup(session)
    if backup:
        age = (clock.now() - backup.started_at).total_seconds()
        yield _one("backup_age_seconds", "Since the last backup began.", age)
    latest = session.scalar(select(func.max(ScheduleSlot.created_at)))
    if latest:
        age = (clock.now() - latest).total_seconds()
        yield _one("schedule_age_seconds", "Since the schedule last wrote a job.", age)


def _browsers(session: Session, config: Config) -> int:
    since = clock.now() - timedelta(hours=config.session_hours)
    is_in = UserSession.ended_at.is_(None) & (UserSession.last_seen_at >= since)
    return session.scalar(select(func.count(UserSession.id)).where(is_in)) or 0


def _by_store(engine: Engine, stores: Iterable[str]) -> Iterator[GaugeMetricFamily]:
    """Totals over the stores; row-level security shows one store at a time."""
    leaving: Counter[str] = Counter()
    open_tickets = measured = 0
    for store_id in stores:
        with closing(_reading(engine)) as session:
            bind(session, store_id)
            state = OutboundMail.state
            query = select(state, func.count()).where(state.in_(_LEAVING)).group_by(state)
            leaving.update({row[0]: row[1] for row in session.execute(query)})
            is_open = Ticket.status == TicketStatus.OPEN
            open_tickets += session.scalar(select(func.count(Ticket.id)).where(is_open)) or 0
        measured += 1
    yield _many("outbox", "Mails that have not left, by state.", _LEAVING, leaving)
    yield _one("tickets_open", "Open tickets.", open_tickets)
    yield _one("stores_measured", "Stores whose outbox and tickets were counted.", measured)


def _reading(engine: Engine) -> Session:
    session = Session(db, bind=engine)
    session.reading = True
    return session


def _one(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"shopapp_{name}", words, value=value)


def _many(
    name: str, words: str, states: Iterable[str], counts: Mapping[Any, int]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"shopapp_{name}", words, labels=["state"])
    for state in states:
        family.add_metric([str(state)], counts.get(state, 0))
    return family
