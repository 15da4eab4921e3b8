"""The machine: its clock, its disk, and who may read the instance folder."""

from __future__ import annotations

import shutil
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from shopapp import clock
from shopapp.accounts.models import UserSession
from shopapp.crypto.instance import SECRETS
from shopapp.jobs.models import Job
from shopapp.ops.doctor.cases import Case
from shopapp.ops.doctor.findings import Finding, ok, unknown, warning, wrong
from shopapp.ops.doctor.wording import size, span

_APART = timedelta(seconds=10)
_FUTURE = timedelta(minutes=2)
_NTP = "Let the machine set its clock by itself (chrony, systemd-timesyncd)."
_LOW, _FULL = 0.15, 0.05


def clocks(case: Case) -> Finding | None:
    """The database's clock and this machine's agree."""
    if not case.is_postgresql:
        return None
    with case.session() as session:
        theirs = session.scalar(select(func.now()))
    apart = abs(clock.now() - theirs) if theirs else timedelta(0)
    if apart < _APART:
        return ok("The database’s clock and this machine’s agree.")
    return wrong(f"The database’s clock and this machine’s are {span(apart)} apart.", _NTP)


def newest_row(case: Case) -> Finding:
    """Nothing was written in the future."""
    with case.session() as session:
        stamps = [
            session.scalar(select(model.created_at).order_by(model.id.desc()).limit(1))
            for model in (Job, UserSession)
        ]
    newest = max((stamp for stamp in stamps if stamp), default=datetime.min.replace(tzinfo=UTC))
    ahead = newest - clock.now()
    if ahead < _FUTURE:
        return ok("No row is newer than this machine’s clock.")
    sentence = f"The newest row is {span(ahead)} ahead of this machine’s clock."
    return wrong(sentence, f"The clock is in the past. {_NTP}")


def disk(case: Case) -> Finding:
    """The disk of the instance folder has room."""
    folder = case.config.instance
    if not folder.exists():
        return unknown(f"{folder} is not there yet.", "The first start makes it.")
    total, _, free = shutil.disk_usage(folder)
    sentence = f"{size(free)} of {size(total)} are free where {folder.name} lies."
    if free < _FULL * total:
        return wrong(sentence, "Free some, or move the instance folder to a larger disk.")
    if free < _LOW * total:
        return warning(sentence, "Look what grows: attachments, backups, the database.")
    return ok(sentence)


def folder(case: Case) -> Finding:
    """Nobody else on this machine can read keys or data."""
    root = case.config.instance
    if not root.exists():
        return unknown(f"{root} is not there yet.", "The first start makes it.")
    if not _is_open(root):
        return ok("Only shopapp’s own user can read the instance folder.")
    for path in (root / SECRETS, root / "keyring.json", root / "shopapp.db"):
        if path.exists() and _is_open(path):
            return wrong(f"Others on this machine can read {path}.", f"chmod 600 {path}")
    return warning(f"Others on this machine can look into {root}.", f"chmod 700 {root}")


def _is_open(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
