"""Folders of a mailbox's server as rows: how far each was read, and what lies in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, delete, func, select, update

from shopapp import clock
from shopapp.connectors.mail.imap_shapes import Folder, Opened
from shopapp.db import Session
from shopapp.mail.models import FolderRole, Mailbox, MailEntry, MailFolder, RawMail

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Course:
    """A folder as it stood when its reading began, free of the session it was read in."""

    folder_id: str
    name: str
    role: FolderRole
    uidvalidity: int
    last_uid: int
    first_uid: int


def since(mailbox: Mailbox) -> date | None:
    """The day from which mail was asked for; None is all of it."""
    day = str((mailbox.imap or {}).get("since") or "")
    return date.fromisoformat(day) if day else None


def note_folders(session: Session, mailbox: Mailbox, found: Sequence[Folder]) -> list[str]:
    """Bring the list of folders up to date; the wire names of those that are read.

    Inbox and Sent are read from the first time on, others when a person says so.
    """
    rows = {row.name: row for row in all_folders(session, mailbox.id)}
    for each in found:
        row = rows.get(each.name) or MailFolder(mailbox_id=mailbox.id, name=each.name)
        if each.name not in rows:
            row.is_followed = each.role != "other"
        row.role = FolderRole(each.role)
        session.add(row)
        rows[each.name] = row
    there = {each.name for each in found}
    for name, row in rows.items():
        if name not in there and row.is_followed:
            row.error = "The server does not have this folder any more."
    session.flush()
    return [name for name, row in rows.items() if row.is_followed and name in there]


def all_folders(session: Session, mailbox_id: str) -> Sequence[MailFolder]:
    """The mailbox's folders, by name."""
    return session.scalars(
        select(MailFolder).where(MailFolder.mailbox_id == mailbox_id).order_by(MailFolder.name)
    ).all()


def course(session: Session, mailbox_id: str, name: str, opened: Opened) -> Course | None:
    """Where the reading of a folder goes on; None: from the start, its numbers are new or unknown.

    With a new UIDVALIDITY the old numbers mean nothing: they are dropped, the mail is kept, and
    equal bytes are found again by their hash.
    """
    row = _row(session, mailbox_id, name)
    if row.uidvalidity != opened.uidvalidity:
        return None
    return Course(row.id, name, row.role, opened.uidvalidity, row.last_uid, row.first_uid)


def restart(session: Session, mailbox_id: str, name: str, opened: Opened, first: int) -> Course:
    """Begin a folder afresh at the UID `first`."""
    row = _row(session, mailbox_id, name)
    session.execute(delete(MailEntry).where(MailEntry.folder_id == row.id))
    row.uidvalidity, row.first_uid, row.last_uid = opened.uidvalidity, first, max(0, first - 1)
    row.older_count = 0
    return Course(row.id, name, row.role, opened.uidvalidity, row.last_uid, first)


def note_entry(
    session: Session, course: Course, uid: int, mail: RawMail | None, error: str | None = None
) -> None:
    """Write down what became of one mail; a second time changes the first note."""
    row = session.scalar(_entries(course).where(MailEntry.uid == uid)) or MailEntry(
        folder_id=course.folder_id, uidvalidity=course.uidvalidity, uid=uid
    )
    row.raw_mail_id, row.error, row.gone_at = mail.id if mail else None, error, None
    session.add(row)


def advance(session: Session, course: Course, uid: int) -> None:
    """Everything up to `uid` is written down."""
    session.execute(
        update(MailFolder)
        .where(MailFolder.id == course.folder_id, MailFolder.last_uid < uid)
        .values(last_uid=uid)
    )


def note_visit(session: Session, course: Course, messages: int) -> bool:
    """The folder was read: does what we know of add up to what the server has?"""
    row = session.get_one(MailFolder, course.folder_id)
    row.server_count, row.last_synced_at, row.error = messages, clock.now(), None
    return messages == row.older_count + _present(session, course)


def compare(session: Session, course: Course, there: Sequence[int]) -> list[int]:
    """Hold all UIDs of the server against ours: who has gone, who is back, and who is missing.

    The missing come back in order; what was not taken for a reason is among them.
    """
    row = session.get_one(MailFolder, course.folder_id)
    row.first_uid = course.first_uid
    row.older_count = sum(1 for uid in there if uid < course.first_uid)
    rows = session.execute(
        select(MailEntry.id, MailEntry.uid, MailEntry.gone_at, MailEntry.error).where(
            MailEntry.folder_id == course.folder_id, MailEntry.uidvalidity == course.uidvalidity
        )
    ).all()
    on_server = set(there)
    _mark(session, [r.id for r in rows if r.gone_at is None and r.uid not in on_server], gone=True)
    _mark(session, [r.id for r in rows if r.gone_at and r.uid in on_server], gone=False)
    known = {r.uid for r in rows if r.error is None}
    return [uid for uid in there if uid >= course.first_uid and uid not in known]


def note_trouble(session: Session, mailbox_id: str, name: str, error: str) -> FolderRole:
    """A folder could not be read; its role."""
    row = _row(session, mailbox_id, name)
    row.error = error
    return row.role


def _row(session: Session, mailbox_id: str, name: str) -> MailFolder:
    return session.scalars(
        select(MailFolder).where(MailFolder.mailbox_id == mailbox_id, MailFolder.name == name)
    ).one()


def _entries(course: Course) -> Select[MailEntry]:
    return select(MailEntry).where(
        MailEntry.folder_id == course.folder_id, MailEntry.uidvalidity == course.uidvalidity
    )


def _present(session: Session, course: Course) -> int:
    return (
        session.scalar(
            select(func.count()).where(
                MailEntry.folder_id == course.folder_id,
                MailEntry.uidvalidity == course.uidvalidity,
                MailEntry.gone_at.is_(None),
            )
        )
        or 0
    )


def _mark(session: Session, ids: Iterable[str], *, gone: bool) -> None:
    stamp, wanted = clock.now() if gone else None, list(ids)
    for start in range(0, len(wanted), _AT_ONCE):
        session.execute(
            update(MailEntry)
            .where(MailEntry.id.in_(wanted[start : start + _AT_ONCE]))
            .values(gone_at=stamp)
            .execution_options(synchronize_session=False)
        )
