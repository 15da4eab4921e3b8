"""Importing mail from files: every file is stored, a duplicate, or refused with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.crypto import instance
from shopapp.db import Session
from shopapp.inbox.actions import receiving, storing
from shopapp.inbox.parsing import looks_like_mail
from shopapp.jobs.context import JobContext
from shopapp.jobs.ledger import enqueue
from shopapp.jobs.registry import handler
from shopapp.mail import queries, sources
from shopapp.mail.files import Files
from shopapp.mail.models import Mailbox, RawMail, RawState
from shopapp.refusals import Invalid, Stale
from shopapp.tenancy import store_transaction

_REPEATS = 4
READ, SWEEP = "inbox.read", "inbox.sweep"


@dataclass
class Report:
    """What became of an import; `stored` = `parsed` + `quarantined` when it has run to its end."""

    stored: int = 0
    duplicates: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    parsed: int = 0
    quarantined: int = 0
    tickets: set[str] = field(default_factory=set)

    @property
    def seen(self) -> int:
        """Every item that was looked at."""
        return self.stored + self.duplicates + len(self.refused)


@dataclass(frozen=True, slots=True)
class Intake:
    """Where mail goes: the store, its attachment folder, and the key of the ids we signed."""

    store_id: str
    files: Files
    key: bytes


def import_path(intake: Intake, path: Path) -> Iterator[Report]:
    """Import a file or folder; yields the report after each item, so that progress can be shown.

    Safe to kill and to repeat: bytes that are here already count as duplicates. Raises
    sources.PathUnreadable, and Invalid when the store has no mailbox.
    """
    report = Report()
    for item in sources.messages(path, looks_like_mail=looks_like_mail):
        if isinstance(item, sources.Refused):
            report.refused.append((item.origin, item.reason))
        else:
            _store(intake, item.raw, item.origin, report)
        yield report
    for _ in process_waiting(intake, report):
        yield report


def process_waiting(intake: Intake, report: Report | None = None) -> Iterator[Report]:
    """Read every stored mail that waits, one transaction each, oldest first."""
    report = report or Report()
    with store_transaction(intake.store_id) as session:
        waiting = list(queries.waiting(session))
    for raw_id in waiting:
        _process(intake, raw_id, report)
        yield report


def read_all(intake: Intake, raw_ids: Sequence[str]) -> None:
    """Read these stored mails, one transaction each; what breaks goes into quarantine."""
    report = Report()
    for raw_id in raw_ids:
        _process(intake, raw_id, report)


def read_again(session: Session, mail: RawMail, *, by: User) -> None:
    """Have a quarantined mail read again in the background; raises Stale when it is read."""
    if mail.state is RawState.PARSED:
        message = "This mail has been read meanwhile."
        raise Stale(message)
    mail.state = RawState.STORED
    record(session, "mail.read again", mail, by=by)
    enqueue(
        session,
        READ,
        store_id=mail.store_id,
        arguments={"raw_id": mail.id},
        dedupe_key=f"{READ}:{mail.id}",
    )


@handler(READ)
def read(context: JobContext, *, raw_id: str) -> None:
    """Read one stored mail; what breaks goes (back) into quarantine."""
    _process(intake_of(context), raw_id, Report())


@handler(SWEEP)
def sweep(context: JobContext) -> None:
    """Read what an interrupted import stored and did not read."""
    for _ in process_waiting(intake_of(context)):
        pass


def intake_of(context: JobContext) -> Intake:
    """Where the mail of the job's store goes."""
    store_id = context.claim.store_id or ""
    keys = instance.load(context.config)
    return Intake(store_id, Files.of(context.config.instance, store_id), keys.thread_key)


def _store(intake: Intake, raw: bytes, origin: str, report: Report) -> None:
    with store_transaction(intake.store_id) as session:
        mail = storing.store_raw(session, _mailbox(session), raw, origin=origin)
    if mail is None:
        report.duplicates += 1
    else:
        report.stored += 1


def _process(intake: Intake, raw_id: str, report: Report) -> None:
    try:
        ticket_id = _received(intake, raw_id)
    except Exception as error:  # noqa: BLE001 - whatever breaks, the mail must stay visible
        _quarantine(intake, raw_id, error)
        report.quarantined += 1
        return
    if ticket_id is not None:
        report.tickets.add(ticket_id)
        report.parsed += 1


def _received(intake: Intake, raw_id: str) -> str | None:
    """The ticket the mail came to; None when another worker has read it.

    Overtaken by somebody who worked on the same ticket, it starts again.
    """
    for again in reversed(range(_REPEATS)):
        try:
            with store_transaction(intake.store_id) as session:
                mail = queries.raw_to_read(session, raw_id)
                if mail is None:
                    return None
                mailbox = _mailbox(session, mail)
                return receiving.receive(session, mail, mailbox, intake.files, intake.key).id
        except (StaleDataError, IntegrityError, OperationalError):
            if not again:
                raise
    return None


def _quarantine(intake: Intake, raw_id: str, error: Exception) -> None:
    with store_transaction(intake.store_id) as session:
        mail = queries.raw(session, raw_id)
        if mail is not None:
            receiving.quarantine(session, mail, error)


def _mailbox(session: Session, mail: RawMail | None = None) -> Mailbox:
    found = session.get(Mailbox, mail.mailbox_id) if mail else queries.default_mailbox(session)
    if found is None:
        message = "This store has no mailbox yet: add its address in Settings, General."
        raise Invalid(message)
    return found
