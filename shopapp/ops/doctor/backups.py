"""Whether what is lost can be had again: backups that are made, and proved by restoring them."""

from __future__ import annotations

from datetime import timedelta

from shopapp import clock
from shopapp.ops.backups import runs
from shopapp.ops.doctor.cases import Case
from shopapp.ops.doctor.findings import Finding, ok, unknown, warning, wrong
from shopapp.ops.doctor.wording import span

_MISSED = 2  # spans of BACKUP_EVERY without a backup
_PROVE = "Where the age identity is, run shopapp backup verify --identity FILE."


def made(case: Case) -> Finding:
    """Backups are made as often as they should be."""
    if not case.config.backup_to:
        fix = "Set BACKUP_TO and BACKUP_RECIPIENT; shopapp backup keygen makes the key pair."
        return (wrong if case.is_public else unknown)("No backups are made.", fix)
    with case.session() as session:
        last = runs.last_backup(session)
        latest = next(iter(runs.recent_runs(session, limit=1)), None)
    if latest and latest.error:
        return wrong(f"The last backup failed: {latest.error}", "Mend it: shopapp backup create.")
    if last is None:
        return warning("No backup was made yet.", "Make one: shopapp backup create.")
    age = clock.now() - last.started_at
    sentence = f"The last backup began {span(age)} ago."
    if age > _MISSED * timedelta(minutes=case.config.backup_every):
        return wrong(sentence, "Start a worker: shopapp work. Make one now: shopapp backup create.")
    return ok(sentence)


def proved(case: Case) -> Finding | None:
    """A backup was restored and compared within the last eight days."""
    if not case.config.backup_to:
        return None
    with case.session() as session:
        last = runs.last_verification(session)
    if last is None or last.verified_at is None:
        return wrong("No backup was ever proved by restoring it.", _PROVE)
    if last.verify_error:
        return wrong(f"The last proof failed: {last.verify_error}", _PROVE)
    sentence = f"A backup was restored and compared {span(clock.now() - last.verified_at)} ago."
    return ok(sentence) if runs.is_verified(last, clock.now()) else wrong(sentence, _PROVE)
