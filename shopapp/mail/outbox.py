"""The outbox: mail is queued with its approval, can be taken back, and its doubts are settled."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.accounts.queries import member
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.jobs import ledger
from shopapp.mail.models import AUTOMATIC, Mailbox, OutboundKind, OutboundMail, OutboundState
from shopapp.mail.shadowing import refuse_shadow
from shopapp.mail.states import announce, move
from shopapp.refusals import NotAllowed, Stale
from shopapp.tenancy import store_of

DELIVER = "mail.deliver"


class Resolution(enum.StrEnum):
    """What a person found out about a mail whose delivery is unknown."""

    DELIVERED = "delivered"
    SEND_AGAIN = "send_again"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a reply adds to a mail: its message, files put in as it leaves, a time of its own."""

    ticket_message_id: str | None = None
    enclosures: list[dict[str, str]] = field(default_factory=list)
    send_at: datetime | None = None
    send_anyway: bool = False


def queue(
    session: Session,
    *,
    kind: OutboundKind,
    mailbox: Mailbox | None,
    message_id: str,
    content: bytes,
    envelope_from: str,
    recipients: Sequence[str],
    subject: str,
    approved_by: User | None,
    idempotency_key: str,
    not_before: datetime,
    terms: Terms | None = None,
) -> OutboundMail:
    """Put a finished mail into the outbox, to leave at `not_before` or soon after.

    The same `idempotency_key` gives the mail that is there already, in whatever state (a double
    click is one mail); approving again after an undo needs another key and another Message-ID.
    Raises NotAllowed for a mail to a customer or vendor that nobody of this store approved,
    Shadowed for any mail of a shadow mailbox.
    """
    _check(session, kind, mailbox, approved_by)
    mail = OutboundMail(
        kind=kind,
        mailbox_id=mailbox.id if mailbox else None,
        idempotency_key=idempotency_key,
        message_id=message_id,
        envelope_from=envelope_from,
        recipients=list(recipients),
        subject=subject,
        content=content,
        approved_by_id=approved_by.id if approved_by else None,
        not_before=not_before,
        **asdict(terms or Terms()),
    )
    return _queued_before(session, idempotency_key) or _queued(session, mail)


def cancel(session: Session, mail: OutboundMail) -> None:
    """Take a queued mail back (undo); raises Stale once it is on its way or further."""
    if not move(session, mail, OutboundState.QUEUED, OutboundState.CANCELLED):
        message = f"This mail can no longer be taken back: it is {mail.state.value}."
        raise Stale(message)


def hasten(session: Session, mail: OutboundMail) -> None:
    """Let a mail leave now that was to wait; raises Stale once it is on its way or further."""
    queued, now = OutboundState.QUEUED, clock.now()
    if not move(session, mail, queued, queued, not_before=now, send_at=None):
        message = f"This mail waits no longer: it is {mail.state.value}."
        raise Stale(message)
    job = ledger.active(session, job_key(mail))
    if job is not None:
        ledger.cancel(session, job)
    ring(session, mail)


def resolve_unknown(
    session: Session, mail: OutboundMail, outcome: Resolution, by: User
) -> OutboundMail:
    """Settle what only a person can know: the mail arrived, or it is to be sent again.

    It keeps its Message-ID. Raises Stale when its state is no longer unknown.
    """
    now = clock.now()
    if outcome == Resolution.DELIVERED:
        is_settled = move(
            session, mail, OutboundState.UNKNOWN, OutboundState.SENT, sent_at=now, last_error=None
        )
    else:
        is_settled = move(
            session,
            mail,
            OutboundState.UNKNOWN,
            OutboundState.QUEUED,
            not_before=now,
            attempts=0,
            last_error=None,
        )
    if not is_settled:
        message = f"Nothing is open about this mail any more: it is {mail.state.value}."
        raise Stale(message)
    record(session, "mail.resolved", mail, by=by, after={"outcome": outcome.value})
    announce(session, mail)
    if outcome == Resolution.SEND_AGAIN:
        ring(session, mail)
    return mail


def ring(session: Session, mail: OutboundMail) -> None:
    """Write the job that delivers `mail`, unless there is one."""
    ledger.enqueue(
        session,
        DELIVER,
        store_id=mail.store_id,
        arguments={"mail_id": mail.id},
        run_at=mail.not_before,
        dedupe_key=job_key(mail),
    )


def job_key(mail: OutboundMail) -> str:
    """The dedupe key of the job that delivers `mail`."""
    return f"{DELIVER}:{mail.id}"


def _check(
    session: Session, kind: OutboundKind, mailbox: Mailbox | None, approved_by: User | None
) -> None:
    refuse_shadow(mailbox)
    if kind in AUTOMATIC:
        return
    if approved_by is None or not approved_by.active:
        message = "A person has to approve this mail before it leaves."
        raise NotAllowed(message)
    if member(session, store_of(session), approved_by.id) is None:
        message = "Only who works for this store can approve its mail."
        raise NotAllowed(message)


def _queued_before(session: Session, key: str) -> OutboundMail | None:
    return session.scalar(select(OutboundMail).where(OutboundMail.idempotency_key == key))


def _queued(session: Session, mail: OutboundMail) -> OutboundMail:
    try:
        with session.begin_nested():
            session.add(mail)
    except IntegrityError:
        other = _queued_before(session, mail.idempotency_key)
        if other is None:
            raise
        return other
    ring(session, mail)
    return mail
