"""The sweep: no mail in the outbox is forgotten because its job is missing or was given up."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from shopapp import clock
from shopapp.db import Session
from shopapp.jobs.context import JobContext
from shopapp.jobs.ledger import active
from shopapp.jobs.models import Job, JobState
from shopapp.jobs.queries import latest_job
from shopapp.jobs.registry import handler
from shopapp.mail.models import OutboundMail, OutboundState
from shopapp.mail.outbox import job_key, ring
from shopapp.mail.states import announce, move

_QUIET = timedelta(minutes=2)
_BATCH = 200


@handler("mail.sweep")
def sweep(context: JobContext) -> None:
    """Give each waiting mail its job again; where the job was given up, say so on the mail."""
    with context.transaction() as session:
        for mail in _left_behind(session):
            if active(session, job_key(mail)) is None:
                _care(session, mail, latest_job(session, job_key(mail)))


def _care(session: Session, mail: OutboundMail, job: Job | None) -> None:
    if job is None or job.state != JobState.DEAD:
        ring(session, mail)
        return
    end = _END[mail.state]
    if move(session, mail, mail.state, end, last_error=f"It could not be sent: {job.last_error}"):
        announce(session, mail)


def _left_behind(session: Session) -> list[OutboundMail]:
    return list(
        session.scalars(
            select(OutboundMail)
            .where(
                OutboundMail.state.in_(_END),
                OutboundMail.not_before < clock.now() - _QUIET,
            )
            .order_by(OutboundMail.not_before)
            .limit(_BATCH)
        )
    )


_END = {
    OutboundState.QUEUED: OutboundState.FAILED,
    OutboundState.SENDING: OutboundState.UNKNOWN,
}
