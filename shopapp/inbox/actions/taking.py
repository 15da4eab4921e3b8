"""Taking mail out of one folder: the UIDs that are new, in small batches, each batch committed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from shopapp.connectors.mail.imap import ImapMailbox, Visit
from shopapp.connectors.mail.imap_failures import TooLarge
from shopapp.connectors.mail.imap_shapes import Opened, shown
from shopapp.inbox.actions import importing
from shopapp.jobs.context import JobContext
from shopapp.mail import folders, storing
from shopapp.mail.folders import Course
from shopapp.mail.models import Mailbox
from shopapp.mail.storing import Letter

MAILS, BYTES = 20, 5_000_000
"""At most so much in one command and one transaction; a single mail may be larger."""


@dataclass
class Tour:
    """One reading of a mailbox: what it needs, and what it must be careful with."""

    context: JobContext
    intake: importing.Intake
    mailbox_id: str
    is_thorough: bool
    server: ImapMailbox
    cautious: set[tuple[str, int]] = field(default_factory=set)


def read_folder(tour: Tour, visit: Visit, name: str, since: date | None) -> None:
    """Bring one folder up to date; where the counts do not add up, UID by UID."""
    opened = visit.open(name)
    course = _course(tour, visit, name, opened, since)
    _take(tour, visit, course, visit.uids(after=course.last_uid))
    with tour.context.transaction() as session:
        adds_up = folders.note_visit(session, course, opened.messages)
    if not adds_up or tour.is_thorough:
        _compare(tour, visit, course, since)


def _course(tour: Tour, visit: Visit, name: str, opened: Opened, since: date | None) -> Course:
    with tour.context.transaction() as session:
        course = folders.course(session, tour.mailbox_id, name, opened)
    if course is not None:
        return course
    first = _first(visit, since)
    with tour.context.transaction() as session:
        return folders.restart(session, tour.mailbox_id, name, opened, first)


def _first(visit: Visit, since: date | None) -> int:
    """The UID to begin with: of the first mail that came in since then, else after all of them."""
    if since is None:
        return 0
    young = visit.uids_since(since)
    return young[0] if young else max(visit.uids(), default=0) + 1


def _compare(tour: Tour, visit: Visit, course: Course, since: date | None) -> None:
    """Hold every UID against ours; an earlier day than before brings older mail in."""
    course = replace(course, first_uid=min(course.first_uid, _first(visit, since)))
    there = visit.uids()
    with tour.context.transaction() as session:
        missing = folders.compare(session, course, there)
    _take(tour, visit, course, missing)
    with tour.context.transaction() as session:
        folders.note_visit(session, course, len(there))


def _take(tour: Tour, visit: Visit, course: Course, uids: Sequence[int]) -> None:
    """Store, then read, batch by batch; what has gone meanwhile leaves no trace."""
    done = 0
    for batch, sizes in _batches(tour, visit, course, uids):
        raw_ids = _store(tour, course, batch, _letters(tour, visit, course, batch, sizes), sizes)
        importing.read_all(tour.intake, raw_ids)
        done += len(batch)
        tour.context.progress(done, len(uids))


def _batches(
    tour: Tour, visit: Visit, course: Course, uids: Sequence[int]
) -> Iterator[tuple[list[int], Mapping[int, int]]]:
    for start in range(0, len(uids), MAILS):
        some = uids[start : start + MAILS]
        sizes = visit.sizes(some)
        batch: list[int] = []
        for uid in some:
            alone = (course.folder_id, uid) in tour.cautious
            if batch and (alone or sum(sizes.get(u, 0) for u in (*batch, uid)) > BYTES):
                yield batch, sizes
                batch = []
            batch.append(uid)
            if alone:
                yield batch, sizes
                batch = []
        if batch:
            yield batch, sizes


def _letters(
    tour: Tour, visit: Visit, course: Course, batch: Sequence[int], sizes: Mapping[int, int]
) -> Mapping[int, Letter]:
    bodies = _bodies(tour, visit, course, batch, sizes)
    place = shown(course.name)
    letters = [Letter(body, f"{place}, {uid}") for uid, body in bodies.items()]
    kept = storing.shelved(
        letters, tour.intake.files, store_id=tour.intake.store_id, mailbox_id=tour.mailbox_id
    )
    return dict(zip(bodies, kept, strict=True))


def _bodies(
    tour: Tour, visit: Visit, course: Course, batch: Sequence[int], sizes: Mapping[int, int]
) -> Mapping[int, bytes]:
    limit = tour.server.settings.limit
    wanted = [uid for uid in batch if sizes.get(uid, 0) <= limit]
    if not wanted:
        return {}
    try:
        return visit.bodies(wanted)
    except TooLarge as error:
        if len(wanted) == 1:
            with tour.context.transaction() as session:
                folders.note_entry(session, course, wanted[0], None, error.message)
                folders.advance(session, course, wanted[0])
        tour.cautious.update((course.folder_id, uid) for uid in wanted)
        raise


def _store(
    tour: Tour,
    course: Course,
    batch: Sequence[int],
    letters: Mapping[int, Letter],
    sizes: Mapping[int, int],
) -> list[str]:
    """The ids of the raw mails that are new; the cursor moves in the same commit."""
    new: list[str] = []
    limit = tour.server.settings.limit
    with tour.context.transaction() as session:
        mailbox = session.get_one(Mailbox, tour.mailbox_id)
        for uid in batch:
            if sizes.get(uid, 0) > limit:
                error = f"It has {sizes[uid]:,} bytes; the limit is {limit:,}."
                folders.note_entry(session, course, uid, None, error)
            elif uid in letters:
                mail, is_new = storing.keep_raw(session, mailbox, letters[uid])
                folders.note_entry(session, course, uid, mail)
                new += [mail.id] if is_new else []
        folders.advance(session, course, batch[-1])
    return new
