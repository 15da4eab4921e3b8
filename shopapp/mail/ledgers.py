"""A mailbox's ledger: what its server has, what we keep of it, and what became of that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, select

from shopapp.db import Session
from shopapp.mail.folders import all_folders
from shopapp.mail.models import MailEntry, MailFolder, RawMail, RawState


@dataclass(frozen=True, slots=True)
class Line:
    """One folder's counts, or a sum of them.

    on_server = older + stored + refused − gone + missing, and
    stored = parsed + quarantined + waiting + copies.
    `older` is from before the day that was asked for; `copies` are mails that are here already;
    `refused` were not taken, with the reason on their entry.
    """

    on_server: int = 0
    older: int = 0
    stored: int = 0
    refused: int = 0
    gone: int = 0
    parsed: int = 0
    quarantined: int = 0
    waiting: int = 0
    copies: int = 0

    @property
    def missing(self) -> int:
        """What is still to be fetched, as of the last visit; below 0 when mail came since."""
        return self.on_server - self.older - self.stored - self.refused + self.gone

    @property
    def is_balanced(self) -> bool:
        told = self.parsed + self.quarantined + self.waiting + self.copies
        return self.missing == 0 and told == self.stored

    def __add__(self, other: Line) -> Line:
        return Line(*(getattr(self, n) + getattr(other, n) for n in self.__slots__))


@dataclass(frozen=True, slots=True)
class Ledger:
    """The folders of a mailbox: those that are read, with their lines, and the others."""

    lines: Sequence[tuple[MailFolder, Line]]
    others: Sequence[MailFolder]

    @property
    def total(self) -> Line:
        return sum((line for _, line in self.lines), Line())


def ledger(session: Session, mailbox_id: str) -> Ledger:
    """The mailbox's ledger, in two statements."""
    rows = all_folders(session, mailbox_id)
    order = {"inbox": 0, "sent": 1, "other": 2}
    rows = sorted(rows, key=lambda row: (order[row.role], row.name))
    counts = _counts(session, mailbox_id)
    followed = [row for row in rows if row.is_followed]
    return Ledger(
        [(row, _line(row, counts[row.id])) for row in followed],
        [row for row in rows if not row.is_followed],
    )


def refused(session: Session, mailbox_id: str, limit: int = 50) -> Sequence[tuple[str, int, str]]:
    """(folder's wire name, UID, reason) of mail that was not taken, newest first."""
    rows = session.execute(
        select(MailFolder.name, MailEntry.uid, MailEntry.error)
        .join(MailFolder, MailFolder.id == MailEntry.folder_id)
        .where(MailFolder.mailbox_id == mailbox_id, MailEntry.error.is_not(None))
        .where(MailEntry.gone_at.is_(None))
        .order_by(MailEntry.id.desc())
        .limit(limit)
    )
    return [(name, uid, error or "") for name, uid, error in rows]


Kind = tuple[bool, bool, RawState | None]


def _counts(session: Session, mailbox_id: str) -> dict[str, dict[Kind, int]]:
    """By folder: (was refused, has gone, what became of the bytes) → how many."""
    is_refused, has_gone = MailEntry.error.is_not(None), MailEntry.gone_at.is_not(None)
    rows = session.execute(
        select(MailEntry.folder_id, is_refused, has_gone, RawMail.state, func.count())
        .join(
            MailFolder,
            and_(
                MailFolder.id == MailEntry.folder_id,
                MailFolder.uidvalidity == MailEntry.uidvalidity,
            ),
        )
        .outerjoin(RawMail, RawMail.id == MailEntry.raw_mail_id)
        .where(MailFolder.mailbox_id == mailbox_id)
        .group_by(MailEntry.folder_id, is_refused, has_gone, RawMail.state)
    )
    found: dict[str, dict[Kind, int]] = defaultdict(dict)
    for folder_id, was_refused, gone, state, count in rows:
        found[folder_id][bool(was_refused), bool(gone), state] = count
    return found


def _line(folder: MailFolder, counts: dict[Kind, int]) -> Line:
    def of(*states: RawState | None) -> int:
        return sum(n for (bad, _, state), n in counts.items() if not bad and state in states)

    return Line(
        on_server=folder.server_count,
        older=folder.older_count,
        stored=of(None, *RawState),
        refused=sum(n for (bad, _, _), n in counts.items() if bad),
        gone=sum(n for (_, gone, _), n in counts.items() if gone),
        parsed=of(RawState.PARSED, None),  # None: read, and its bytes forgotten since
        quarantined=of(RawState.QUARANTINED),
        waiting=of(RawState.STORED),
        copies=of(RawState.IGNORED),
    )
