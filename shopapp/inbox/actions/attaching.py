"""Files on a reply that is being written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from shopapp import clock
from shopapp.db import Session
from shopapp.inbox.models import Attachment, DeliveryState, TicketMessage
from shopapp.inbox.queries import replies
from shopapp.refusals import Invalid, Stale

LARGEST: Final = 15_000_000
ALTOGETHER: Final = 18_000_000
"""Bytes of a reply's files: most mail servers take 25 MB, and on the way files grow by a third."""
MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was kept, to be attached; `filename` is safe."""

    filename: str
    content_type: str
    size: int
    sha256: str


def check(names_and_sizes: Sequence[tuple[str, int]], *, before: Sequence[int] = ()) -> None:
    """Raises Invalid when files may not join those whose sizes are `before`."""
    if not names_and_sizes:
        message = "Choose a file first."
        raise Invalid(message, "files")
    for name, size in names_and_sizes:
        if not size:
            message = f"{name} is empty."
            raise Invalid(message, "files")
        if size > LARGEST:
            message = f"{name} is larger than {LARGEST // 1_000_000} MB. Send a link to it instead."
            raise Invalid(message, "files")
    if len(before) + len(names_and_sizes) > MOST:
        message = f"A reply takes {MOST} files at most."
        raise Invalid(message, "files")
    if sum(before) + sum(size for _, size in names_and_sizes) > ALTOGETHER:
        message = f"The files are larger than {ALTOGETHER // 1_000_000} MB together. Remove some."
        raise Invalid(message, "files")


def attach(session: Session, reply: TicketMessage, uploads: Sequence[Upload]) -> None:
    """Add files to a reply; raises Stale when it is no longer written, Invalid for too much."""
    _check_written(reply)
    before = [each.size for each in replies.files(session, reply)]
    check([(each.filename, each.size) for each in uploads], before=before)
    session.add_all(
        Attachment(
            ticket_message_id=reply.id,
            filename=each.filename,
            content_type=each.content_type,
            size=each.size,
            sha256=each.sha256,
            created_at=clock.now(),
        )
        for each in uploads
    )
    session.flush()


def remove(session: Session, reply: TicketMessage, attachment_id: str) -> None:
    """Take a file off a reply, once; raises Stale when the reply is no longer written."""
    _check_written(reply)
    for each in replies.files(session, reply):
        if each.id == attachment_id:
            session.delete(each)
    session.flush()


def take_over(session: Session, source: TicketMessage, reply: TicketMessage) -> None:
    """Attach what `source` has to `reply` too."""
    session.add_all(
        Attachment(
            ticket_message_id=reply.id,
            filename=each.filename,
            content_type=each.content_type,
            size=each.size,
            sha256=each.sha256,
        )
        for each in replies.files(session, source)
        if not each.is_inline
    )
    session.flush()


def _check_written(reply: TicketMessage) -> None:
    if reply.delivery_state is not DeliveryState.DRAFT:
        message = "This reply is no longer being written."
        raise Stale(message)
