"""What is known of the backups: the last one, the last proof, and whether one is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from shopapp import clock
from shopapp.db import Session
from shopapp.ops.backups.creating import Made
from shopapp.ops.backups.proofs import Proof
from shopapp.ops.models import BackupRun

STALE_AFTER = timedelta(days=8)
"""A full verification older than this turns the doctor red."""


def last_backup(session: Session) -> BackupRun | None:
    """The newest backup that was made."""
    return session.scalar(
        select(BackupRun)
        .where(BackupRun.artefact.is_not(None))
        .order_by(BackupRun.started_at.desc(), BackupRun.id.desc())
        .limit(1)
    )


def last_verification(session: Session) -> BackupRun | None:
    """The backup whose full verification is the newest, whether it succeeded or not."""
    query = select(BackupRun).where(BackupRun.verified_at.is_not(None))
    return session.scalar(query.order_by(BackupRun.verified_at.desc()).limit(1))


def is_verified(run: BackupRun | None, now: datetime) -> bool:
    """Whether `run`, the last verification, succeeded and is not STALE_AFTER old."""
    if run is None or run.verified_at is None or run.verify_error:
        return False
    return now - run.verified_at <= STALE_AFTER


def recent_runs(session: Session, limit: int = 30) -> Sequence[BackupRun]:
    """The newest runs, failed ones included."""
    query = select(BackupRun).order_by(BackupRun.started_at.desc(), BackupRun.id.desc())
    return session.scalars(query.limit(limit)).all()


def is_due(session: Session, every: timedelta, now: datetime) -> bool:
    """Whether the span of `every` that `now` lies in has no backup; counted from midnight UTC."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    begun = midnight + every * ((now - midnight) // every)
    last = last_backup(session)
    return last is None or last.started_at < begun


def record_made(session: Session, started_at: datetime, made: Made) -> BackupRun:
    """Write down a backup that lies in its place."""
    return _recorded(
        session,
        BackupRun(
            started_at=started_at,
            finished_at=clock.now(),
            place=made.place,
            artefact=made.manifest.artefact,
            size=made.manifest.size,
            sha256=made.manifest.sha256,
        ),
    )


def record_failed(session: Session, started_at: datetime, place: str, error: str) -> BackupRun:
    """Write down why there is no backup."""
    run = BackupRun(started_at=started_at, finished_at=clock.now(), place=place, error=error)
    return _recorded(session, run)


def collect(session: Session, found: Sequence[Proof], secret_key: str) -> int:
    """Take over signed results of full verifications; how many were new.

    Those that were not signed with this installation's key are left alone.
    """
    new = 0
    for proof in found:
        run = _run_of(session, proof.artefact)
        if run is None or run.sha256 != proof.sha256 or not proof.is_genuine(secret_key):
            continue
        if run.verified_at != proof.at:
            run.verified_at, run.verify_error = proof.at, proof.problem or None
            run.restore_seconds = proof.restore_seconds
            new += 1
    return new


def record_check(session: Session, artefact: str, error: str | None) -> None:
    """Write down what the server could see of a backup."""
    run = _run_of(session, artefact)
    if run is not None:
        run.checked_at, run.check_error = clock.now(), error


def _run_of(session: Session, artefact: str) -> BackupRun | None:
    query = select(BackupRun).where(BackupRun.artefact == artefact)
    return session.scalar(query.order_by(BackupRun.started_at.desc()).limit(1))


def _recorded(session: Session, run: BackupRun) -> BackupRun:
    session.add(run)
    session.flush()
    return run
