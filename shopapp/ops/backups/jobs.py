"""Backups by themselves: on schedule, at the push of a button, looked after each day."""

from __future__ import annotations

from datetime import timedelta

from shopapp import clock
from shopapp.connectors.errors import ConnectorError
from shopapp.crypto import instance
from shopapp.db import Session
from shopapp.jobs import ledger
from shopapp.jobs.context import JobContext
from shopapp.jobs.models import Job
from shopapp.jobs.registry import handler
from shopapp.ops.backups import listing, proofs, runs
from shopapp.ops.backups.artefacts import Progress
from shopapp.ops.backups.creating import create, destination
from shopapp.ops.backups.errors import BackupError
from shopapp.ops.backups.verifying import check

NOW, TURN, LOOK = "backups.now", "backups.turn", "backups.look"
_MEBIBYTE = 1024 * 1024


def ask(session: Session) -> Job:
    """Have a backup made soon; while one is asked for or under way, it is that one."""
    return ledger.enqueue(session, NOW, store_id=None, arguments={}, dedupe_key=NOW, max_attempts=1)


@handler(TURN)
def take_turn(context: JobContext) -> None:
    """Make the backup of this span of BACKUP_EVERY, unless it is made already."""
    if not context.config.backup_to:
        return
    every = timedelta(minutes=context.config.backup_every)
    with context.transaction() as session:
        is_due = runs.is_due(session, every, clock.now())
    if is_due:
        make(context)


@handler(NOW)
def make(context: JobContext) -> None:
    """Make a backup now, then remove what is outdated; a failure is written down."""
    config, begun = context.config, clock.now()
    try:
        made = create(config, progress=_in_steps(context))
    except (BackupError, ConnectorError) as error:
        with context.transaction() as session:
            runs.record_failed(session, begun, config.backup_to, _said(error))
        return
    with context.transaction() as session:
        runs.record_made(session, begun, made)
    _tidy(context)


@handler(LOOK)
def look(context: JobContext) -> None:
    """Check the last backup as far as the server can, and take over signed verifications."""
    with context.transaction() as session:
        last = runs.last_backup(session)
        where, artefact = (last.place, last.artefact or "") if last else ("", "")
    if not where:
        return
    problem = None
    try:
        check(destination(context.config, where), artefact)
    except (BackupError, ConnectorError) as error:
        problem = _said(error)
    with context.transaction() as session:
        runs.record_check(session, artefact, problem)
    if context.config.backup_to:
        _collect(context)


def _tidy(context: JobContext) -> None:
    """A place that does not answer now is tidied after the next backup."""
    config = context.config
    try:
        listing.prune(
            destination(config),
            keep=config.backup_keep,
            days=config.backup_keep_days,
            now=clock.now(),
        )
    except (BackupError, ConnectorError):
        return
    _collect(context)


def _collect(context: JobContext) -> None:
    secret_key = instance.load(context.config).secret_key
    try:
        found = proofs.lying_in(destination(context.config))
    except (BackupError, ConnectorError):
        return
    with context.transaction() as session:
        runs.collect(session, found, secret_key)


def _said(error: BackupError | ConnectorError) -> str:
    return " ".join(filter(None, (str(error), getattr(error, "fix", None))))


def _in_steps(context: JobContext) -> Progress:
    """Note the progress in mebibytes, at most a hundred times."""
    shown = -1

    def show(done: int, total: int) -> None:
        nonlocal shown
        percent = 100 * done // max(1, total)
        if percent > shown:
            shown = percent
            context.progress(done // _MEBIBYTE, total // _MEBIBYTE)

    return show
