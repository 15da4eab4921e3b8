"""A restored database before its first use: on hold, mail in doubt marked, redactions replayed."""

from __future__ import annotations

from contextlib import closing

from sqlalchemy import or_, select, update

from shopapp import clock
from shopapp.config import Config
from shopapp.db import Session, new_session
from shopapp.jobs import quiet, registry
from shopapp.jobs.models import Job, JobState
from shopapp.mail.models import AUTOMATIC, OutboundMail, OutboundState
from shopapp.mail.states import announce, move
from shopapp.ops import start
from shopapp.ops.backups import redactions
from shopapp.ops.backups.redactions import Redaction
from shopapp.stores.models import Store
from shopapp.tenancy import store_transaction

HELD_BACK = "It was restored from a backup, so nobody knows whether it left since."
_OPEN = (OutboundState.QUEUED, OutboundState.SENDING)


def settle(config: Config, because: str, replayed: list[Redaction]) -> int:
    """Make the restored database of `config` safe to start; how many mails are held back.

    Done again after an interruption, it ends the same.
    """
    with start.opened(config):
        with closing(new_session()) as session:
            quiet.quiesce(session, because).is_unfinished = True
            _take_back(session)
            stores = session.scalars(select(Store.id)).all()
            session.commit()
        held = sum(_hold_mail(store_id) for store_id in stores)
        redactions.replay(replayed)
        with closing(new_session()) as session:
            quiet.quiesce(session, because).is_unfinished = False
            session.commit()
    return held


def _take_back(session: Session) -> None:
    """What would leave may have left; a person can send each mail again."""
    session.execute(
        update(Job)
        .where(Job.name.in_(registry.leaving()), Job.state.in_((JobState.QUEUED, JobState.RUNNING)))
        .values(state=JobState.CANCELLED, finished_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def _hold_mail(store_id: str) -> int:
    """Mark the store's unsent mail as unknown, and tell what shows it."""
    approved = or_(
        OutboundMail.approved_by_id.is_not(None),
        OutboundMail.kind.in_(AUTOMATIC),
    )
    doubtful = or_(OutboundMail.state.in_(_OPEN), OutboundMail.last_error == HELD_BACK)
    with store_transaction(store_id) as session:
        mails = session.scalars(select(OutboundMail).where(approved, doubtful)).all()
        for mail in mails:
            if mail.state in _OPEN:
                move(session, mail, mail.state, OutboundState.UNKNOWN, last_error=HELD_BACK)
            if mail.state == OutboundState.UNKNOWN:
                announce(session, mail)
        return len(mails)
