"""Importing mail from files: every file is stored, a duplicate, or refused with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.config import Config
from shopapp.connectors.errors import ConnectorError
from shopapp.crypto import instance
from shopapp.db import Session
from shopapp.inbox.actions import receiving, scanning
from shopapp.inbox.actions.batches import MAILS, batches
from shopapp.inbox.arrivals import Arrival
from shopapp.inbox.parsing import InboundMessage, looks_like_mail
from shopapp.jobs.context import JobContext
from shopapp.jobs.ledger import enqueue
from shopapp.jobs.registry import handler
from shopapp.mail import queries, sources, storing
from shopapp.mail.files import Files
from shopapp.mail.models import Mailbox, RawMail, RawState
from shopapp.mail.originals import Original
from shopapp.refusals import Invalid, Stale
from shopapp.tenancy import store_reading, store_transaction

_REPEATS = 4
_LISTED = 1_000
FRESH = timedelta(days=7)
READ, SWEEP = "inbox.read", "inbox.sweep"


@dataclass
class Report:
    """What became of an import; `stored` = `parsed` + `quarantined` when it has run to its end.

    `opened` tickets are new. Of what was refused the first _LISTED are named with their reasons.
    """

    stored: int = 0
    duplicates: int = 0
    refused: int = 0
    reasons: list[tuple[str, str]] = field(default_factory=list)
    parsed: int = 0
    quarantined: int = 0
    opened: int = 0

    @property
    def seen(self) -> int:
        """Every item that was looked at."""
        return self.stored + self.duplicates + self.refused

    def refuse(self, origin: str, reason: str) -> None:
        """Count something that is no mail."""
        self.refused += 1
        self.reasons += [(origin, reason)] if self.refused <= _LISTED else []


@dataclass(frozen=True, slots=True)
class Intake:
    """Where mail goes: the store, its attachments, and the key of the ids we signed.

    Mail written before `fresh_since` gets no draft by itself.
    """

    store_id: str
    files: Files
    key: bytes
    fresh_since: datetime | None = None
    has_scanner: bool = False

    @classmethod
    def of(cls, config: Config, store_id: str, *, fresh: timedelta = FRESH) -> Intake:
        """The intake of a store; mail of the last `fresh` has replies drafted."""
        key, since = instance.load(config).thread_key, clock.now() - fresh
        return cls(store_id, Files.of(config, store_id), key, since, bool(config.scanner_url))


def import_path(
    intake: Intake, path: Path, *, mailbox_id: str | None = None, name: str = ""
) -> Iterator[Report]:
    """Import a file or folder; yields the report after each batch, so that progress can be shown.

    Safe to kill and to repeat: bytes that are here already count as duplicates. One batch is in
    memory at a time. `name` stands for the path where people read of it. Raises
    sources.PathUnreadable, and Invalid when the store has no mailbox.
    """
    found = sources.messages(path, looks_like_mail=looks_like_mail)
    named = (replace(each, origin=each.origin.replace(str(path), name)) for each in found)
    yield from import_items(intake, named if name else found, mailbox_id=mailbox_id)


def import_items(
    intake: Intake, items: Iterable[sources.Item], *, mailbox_id: str | None = None
) -> Iterator[Report]:
    """Store and read what is found, then whatever waited before; see import_path."""
    report = Report()
    for batch in batches(items, _weight):
        letters = []
        for each in batch:
            if isinstance(each, sources.Refused):
                report.refuse(each.origin, each.reason)
            else:
                letters.append(storing.Letter(each.raw, each.origin))
        _read(intake, _stored(intake, letters, report, mailbox_id), report)
        yield report
    yield from process_waiting(intake, report)


def process_waiting(intake: Intake, report: Report | None = None) -> Iterator[Report]:
    """Read every stored mail that waits, a batch at a time, oldest first."""
    report = report or Report()
    last: queries.Waiting | None = None
    while page := _waiting(intake, last):
        for batch in batches(page, lambda each: each.size):
            _read(intake, _originals(intake, [each.id for each in batch]), report)
            yield report
        last = page[-1]


def read_all(intake: Intake, raw_ids: Sequence[str]) -> None:
    """Read these stored mails in batches; what breaks goes into quarantine."""
    for start in range(0, len(raw_ids), MAILS):
        with store_reading(intake.store_id) as session:
            sizes = queries.sizes(session, raw_ids[start : start + MAILS])
        for batch in batches(sizes, lambda each: each[1]):
            _read(intake, _originals(intake, [raw_id for raw_id, _ in batch]), Report())


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
    intake = Intake.of(context.config, context.claim.store_id or "")
    _read(intake, _originals(intake, [raw_id]), Report())


@handler(SWEEP)
def sweep(context: JobContext) -> None:
    """Read what an interrupted import stored and did not read."""
    for _ in process_waiting(Intake.of(context.config, context.claim.store_id or "")):
        pass


def _weight(item: sources.Item) -> int:
    return len(item.raw) if isinstance(item, sources.Found) else 0


def _stored(
    intake: Intake, letters: Sequence[storing.Letter], report: Report, mailbox_id: str | None
) -> list[Original]:
    """Store a batch in one transaction, or mail by mail when another import has one of them."""
    letters = storing.shelved(
        letters, intake.files, store_id=intake.store_id, mailbox_id=mailbox_id
    )
    try:
        found = _kept(intake, letters, mailbox_id, storing.store_all)
    except IntegrityError:
        found = _kept(intake, letters, mailbox_id, storing.store_each)
    report.stored += len(found)
    report.duplicates += len(letters) - len(found)
    return found


def _kept(
    intake: Intake, letters: Sequence[storing.Letter], mailbox_id: str | None, store: storing.Store
) -> list[Original]:
    if not letters:
        return []
    with store_transaction(intake.store_id) as session:
        rows = store(session, _mailbox(session, mailbox_id), letters)
        here = {each.digest: each.raw for each in letters}  # a file need not be read for it
        return [Original(row.id, here[row.sha256], row.file) for row in rows]


def _waiting(intake: Intake, after: queries.Waiting | None) -> Sequence[queries.Waiting]:
    with store_reading(intake.store_id) as session:
        return queries.waiting(session, MAILS, after=after)


def _originals(intake: Intake, raw_ids: Sequence[str]) -> list[Original]:
    with store_reading(intake.store_id) as session:
        return queries.originals_to_read(session, raw_ids)


def _read(intake: Intake, waiting: Sequence[Original], report: Report) -> None:
    """Read a batch: parsed and its files kept with no transaction open, then placed in one.

    Where that breaks each is placed alone, so that one that breaks is put aside alone.
    """
    read = _opened(intake, _parsed(intake, waiting, report))
    try:
        placed = _placed(intake, read) if len(read) > 1 else None
    except Exception:  # noqa: BLE001 - which of them broke it is found out below
        placed = None
    if placed is None:
        for each in read:
            _place_alone(intake, each, report)
    else:
        report.parsed += len(placed.tickets)
        report.opened += placed.opened


def _parsed(
    intake: Intake, waiting: Sequence[Original], report: Report
) -> list[tuple[str, InboundMessage]]:
    """A large one is read from its file here, alone. A bucket that is away raises: they wait."""
    found = []
    for each in waiting:
        try:
            found.append((each.id, receiving.parsed(each.read(intake.files))))
        except ConnectorError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever breaks, the mail must stay visible
            _quarantine(intake, each.id, error, report)
    return found


def _opened(
    intake: Intake, parsed: Sequence[tuple[str, InboundMessage]]
) -> list[tuple[str, receiving.Opened]]:
    """The files of all are kept together; where that fails it raises, and the mails wait."""
    kept = iter(
        intake.files.keep_all(item.content for _, each in parsed for item in each.attachments)
    )
    return [
        (raw_id, receiving.Opened(each, [next(kept) for _ in each.attachments]))
        for raw_id, each in parsed
    ]


def _place_alone(intake: Intake, read: tuple[str, receiving.Opened], report: Report) -> None:
    """Overtaken by somebody who worked on the same ticket, it starts again."""
    for again in reversed(range(_REPEATS)):
        try:
            placed = _placed(intake, [read])
        except (StaleDataError, IntegrityError, OperationalError) as error:
            if not again:
                _quarantine(intake, read[0], error, report)
        except Exception as error:  # noqa: BLE001 - whatever breaks, the mail must stay visible
            _quarantine(intake, read[0], error, report)
            return
        else:
            report.parsed += len(placed.tickets)
            report.opened += placed.opened
            return


def _placed(intake: Intake, read: Sequence[tuple[str, receiving.Opened]]) -> receiving.Received:
    """Put those that still wait where they belong; others are with another worker."""
    known = dict(read)
    with store_transaction(intake.store_id) as session:
        mails = queries.raw_to_read(session, list(known))
        boxes = queries.mailboxes_by_id(session)
        arrivals = [
            Arrival(known[mail.id].message, mail, boxes[mail.mailbox_id], known[mail.id].digests)
            for mail in mails
        ]
        received = receiving.receive_all(session, arrivals, intake.key, intake.fresh_since)
        if intake.has_scanner and any(each.digests for each in arrivals):
            scanning.ask_for_scan(session)
        return received


def _quarantine(intake: Intake, raw_id: str, error: Exception, report: Report) -> None:
    report.quarantined += 1
    with store_transaction(intake.store_id) as session:
        mail = queries.raw(session, raw_id)
        if mail is not None:
            receiving.quarantine(session, mail, error)


def _mailbox(session: Session, mailbox_id: str | None) -> Mailbox:
    found = session.get(Mailbox, mailbox_id) if mailbox_id else queries.default_mailbox(session)
    if found is None:
        message = "This store has no mailbox yet: add its address in Settings, General."
        raise Invalid(message)
    return found
