"""Mail for the outbox, and where it stands afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from shopapp import clock
from shopapp.db import Session
from shopapp.ids import new_id
from shopapp.jobs.models import Job
from shopapp.mail import outbox, queries
from shopapp.mail.models import OutboundKind, OutboundMail
from tests.jobs.scaffold import Shop

NILS = "nils@mail.example"


def queue(session: Session, shop: Shop, **changes: Any) -> OutboundMail:
    """A reply that Ada approved, due now, in the caller's transaction."""
    message_id = f"<{new_id()}@harbor.example>"
    values: dict[str, Any] = {
        "kind": OutboundKind.REPLY,
        "mailbox": None,
        "message_id": message_id,
        "content": f"Message-ID: {message_id}\r\nSubject: Tea\r\n\r\nOn its way.\r\n".encode(),
        "envelope_from": "help@harbor.example",
        "recipients": [NILS],
        "subject": "Tea",
        "approved_by": shop.ada(session),
        "idempotency_key": message_id,
        "not_before": clock.now(),
    }
    return outbox.queue(session, **(values | changes))


def post(shop: Shop, **changes: Any) -> str:
    """The id of a queued mail, committed."""
    with shop.session() as session:
        return queue(session, shop, **changes).id


def stored(shop: Shop, mail_id: str) -> OutboundMail:
    """The mail as it stands now."""
    with shop.session() as session:
        mail = queries.outbound_mail(session, mail_id)
        assert mail is not None
        session.expunge(mail)
        return mail


def hurry(shop: Shop) -> None:
    """Make everything that waits for its time due now."""
    now: datetime = clock.now() - timedelta(seconds=1)
    with shop.session() as session:
        session.execute(update(OutboundMail).values(not_before=now))
    with shop.session(bound=False) as session:
        session.execute(update(Job).values(run_at=now))
