"""Whether a mailbox's domain lets its mail arrive: asked outside, kept, and asked again weekly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy import or_, select

from shopapp import clock
from shopapp.config import Config
from shopapp.connections import mailboxes
from shopapp.connections.events import record_event
from shopapp.connections.models import EventStatus
from shopapp.connectors.dns.examination import examined
from shopapp.connectors.dns.resolver import Resolver
from shopapp.connectors.dns.senders import sender_at
from shopapp.connectors.dns.shapes import Finding, Sender, Verdict
from shopapp.connectors.errors import Misconfigured
from shopapp.db import Session
from shopapp.jobs import ledger
from shopapp.jobs.context import JobContext
from shopapp.jobs.registry import handler
from shopapp.mail.models import DomainCheck, Mailbox
from shopapp.tenancy import store_of

CHECK, CHECK_ALL = "mail.check_domain", "mail.check_domains"
WEEK = timedelta(days=7)
_RANK = {Verdict.FINE: 0, Verdict.UNKNOWN: 0, Verdict.MISSING: 1, Verdict.WRONG: 2}


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be asked, read before the transaction was let go."""

    mailbox_id: str
    domain: str
    sender: Sender
    selector: str


def look_up(
    session: Session, mailbox: Mailbox, *, selector: str | None, config: Config
) -> DomainCheck:
    """Ask now, for a person who waits; the session's transaction is let go meanwhile.

    `selector` is the DKIM selector somebody typed, '' for the usual ones, None for the stored one.
    """
    subject = subject_of(session, mailbox, config, selector)
    session.rollback()
    return keep(session, subject, ask(subject, config))


def subject_of(
    session: Session, mailbox: Mailbox, config: Config, selector: str | None = None
) -> Subject:
    """Domain, sending server and selector of a mailbox; None is the selector that is stored."""
    if selector is None:
        row = check_of(session, mailbox.id)
        selector = (row.selector if row else None) or ""
    sender = sender_at(_host(session, mailbox, config), selector)
    return Subject(mailbox.id, mailbox.address.rpartition("@")[2].lower(), sender, selector)


def ask(subject: Subject, config: Config) -> list[Finding]:
    """Look everything up; no transaction may be open."""
    return examined(subject.domain, subject.sender, Resolver(config.dns_servers))


def keep(session: Session, subject: Subject, findings: Sequence[Finding]) -> DomainCheck:
    """Store what was found; what got worse since the last time leaves an event.

    A check that nobody could make keeps what was known before.
    """
    row = check_of(session, subject.mailbox_id) or DomainCheck(mailbox_id=subject.mailbox_id)
    is_same = row.domain == subject.domain
    before = {one.check: one for one in findings_of(row)} if is_same else {}
    known = [_known(one, before.get(one.check)) for one in findings]
    for one in known:
        old = before.get(one.check)
        if old is not None and _RANK[one.verdict] > _RANK[old.verdict]:
            _tell(session, subject, one)
    row.domain, row.checked_at = subject.domain, clock.now()
    row.selector = subject.selector or None
    row.findings = [{k: str(v) for k, v in asdict(one).items()} for one in known]
    session.add(row)
    session.flush()
    return row


def findings_of(row: DomainCheck | None) -> list[Finding]:
    """What is stored, as findings."""
    stored = (row.findings if row else None) or []
    return [Finding(**(one | {"verdict": Verdict(one["verdict"])})) for one in stored]


def check_of(session: Session, mailbox_id: str) -> DomainCheck | None:
    """The last check of a mailbox's domain."""
    return session.scalar(select(DomainCheck).where(DomainCheck.mailbox_id == mailbox_id))


def checks(session: Session) -> dict[str, DomainCheck]:
    """The last checks by mailbox."""
    return {row.mailbox_id: row for row in session.scalars(select(DomainCheck))}


@handler(CHECK)
def check_domain(context: JobContext, *, mailbox_id: str) -> None:
    """One mailbox's domain, looked up with no transaction open."""
    with context.transaction() as session:
        mailbox = session.get(Mailbox, mailbox_id)
        subject = subject_of(session, mailbox, context.config) if mailbox else None
    if subject is None:
        return
    findings = ask(subject, context.config)
    with context.transaction() as session:
        if session.get(Mailbox, mailbox_id) is not None:
            keep(session, subject, findings)


@handler(CHECK_ALL)
def check_domains(context: JobContext) -> None:
    """A job for each mailbox whose domain was not looked up for a week."""
    with context.transaction() as session:
        for mailbox_id in _due(session):
            ledger.enqueue(
                session,
                CHECK,
                store_id=store_of(session),
                arguments={"mailbox_id": mailbox_id},
                dedupe_key=f"{CHECK}:{mailbox_id}",
            )


def _due(session: Session) -> Sequence[str]:
    old = or_(DomainCheck.checked_at.is_(None), DomainCheck.checked_at <= clock.now() - WEEK)
    return session.scalars(
        select(Mailbox.id)
        .outerjoin(DomainCheck, DomainCheck.mailbox_id == Mailbox.id)
        .where(Mailbox.is_active, old)
    ).all()


def _host(session: Session, mailbox: Mailbox, config: Config) -> str:
    if mailbox.smtp:
        return str(mailbox.smtp["host"])
    try:
        route = mailboxes.route(session, config=config)
    except Misconfigured:
        return ""
    return "" if route.origin is mailboxes.Origin.OUTBOX else route.place.rpartition(":")[0]


def _known(new: Finding, old: Finding | None) -> Finding:
    return old if old is not None and new.verdict is Verdict.UNKNOWN else new


def _tell(session: Session, subject: Subject, finding: Finding) -> None:
    record_event(
        session,
        integration=f"domain:{subject.domain}",
        status=EventStatus.WARNING,
        message=f"{finding.check} of {subject.domain} got worse: {finding.says}",
        detail={"place": subject.domain, "check": finding.check},
    )
