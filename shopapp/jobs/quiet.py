"""A quiesced installation: what would leave stays in the ledger until a person has looked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select

from shopapp import clock
from shopapp.db import Session
from shopapp.jobs import registry
from shopapp.jobs.doorbell import ring_after_commit
from shopapp.jobs.models import Installation, Job
from shopapp.refusals import NotAllowed

_ONLY = "installation"


def quiesce(session: Session, because: str) -> Installation:
    """Let nothing leave from the caller's commit on; `because` is a sentence for the admins.

    One that is quiesced already keeps its time and its reason.
    """
    row = state(session) or Installation(id=_ONLY)
    if row.quiesced_at is None:
        row.quiesced_at, row.quiesced_because = clock.now(), because
    session.add(row)
    session.flush()
    return row


def resume(session: Session, *, by: str) -> Installation | None:
    """Let everything leave that waits; `by` says who decided. None when nothing was held.

    Raises NotAllowed after a restore that did not finish.
    """
    row = state(session)
    if row is None or row.quiesced_at is None:
        return None
    if row.is_unfinished:
        message = "The restore did not finish: run shopapp backup restore with --force again."
        raise NotAllowed(message)
    row.quiesced_at = None
    row.resumed_at, row.resumed_by = clock.now(), by
    ring_after_commit(session)
    return row


def state(session: Session) -> Installation | None:
    """The row, None before anybody wrote one; quiesced while `quiesced_at` is set."""
    return session.get(Installation, _ONLY)


def is_quiesced() -> Select[Any]:
    """One row while nothing may leave, else none."""
    return select(Installation.id).where(Installation.quiesced_at.is_not(None))


def may_run() -> ColumnElement[bool]:
    """Whether a job is not held: what leaves waits while the installation is quiesced."""
    held = exists().where(Installation.quiesced_at.is_not(None))
    return or_(Job.name.not_in(registry.leaving()), ~held)
