"""How a mailbox fares: failing since when and why, and well again; each turn leaves an event."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from shopapp import clock
from shopapp.connections.events import record_event
from shopapp.connections.models import EventStatus
from shopapp.connectors.errors import ConnectorError
from shopapp.connectors.oauth.shapes import ConsentWithdrawn
from shopapp.db import Session
from shopapp.mail.models import Mailbox

# in Mailbox.cursor: when we last asked, in seconds; and that everything is to be compared
_TRIED, _ALL = "tried", "all"
_WITHDRAWN = "{}’s consent was withdrawn: connect again."


def integration(mailbox: Mailbox) -> str:
    """What the mailbox's events are filed under."""
    return f"imap:{mailbox.address}"


def last_tried(mailbox: Mailbox) -> datetime | None:
    """When the mailbox was last asked, in vain or not."""
    tried = (mailbox.cursor or {}).get(_TRIED)
    return None if tried is None else datetime.fromtimestamp(tried, UTC)


def ask_for_all(mailbox: Mailbox) -> None:
    """Have the next reading hold every UID of the server against ours."""
    mailbox.cursor = {**(mailbox.cursor or {}), _ALL: 1}


def wants_all(mailbox: Mailbox) -> bool:
    """Whether everything is to be compared."""
    return bool((mailbox.cursor or {}).get(_ALL))


def note_failure(session: Session, mailbox_id: str, error: ConnectorError) -> None:
    """The mailbox could not be read, or its consent is gone; the first failure's time is kept."""
    mailbox = _mailbox(session, mailbox_id)
    if mailbox is None:
        return
    words = _words(mailbox, error)
    if mailbox.failing_since is None or mailbox.last_error != words:
        _note(session, mailbox, EventStatus.FAILURE, words)
    mailbox.failing_since = mailbox.failing_since or clock.now()
    mailbox.last_error = words


def note_success(session: Session, mailbox_id: str, *, thorough: bool = False) -> None:
    """The mailbox was read to its end."""
    mailbox = _mailbox(session, mailbox_id)
    if mailbox is None:
        return
    if thorough:
        mailbox.cursor = {k: v for k, v in (mailbox.cursor or {}).items() if k != _ALL}
    if mailbox.failing_since is not None or mailbox.last_synced_at is None:
        _note(session, mailbox, EventStatus.SUCCESS, f"{mailbox.address} is read.")
    mailbox.failing_since = mailbox.last_error = None
    mailbox.last_synced_at = clock.now()


def let_go(session: Session, mailbox: Mailbox, words: str) -> None:
    """Nothing is expected of the mailbox under this address any more: it does not fail either."""
    if mailbox.failing_since is not None:
        _note(session, mailbox, EventStatus.SUCCESS, words)
    mailbox.failing_since = mailbox.last_error = None


def _mailbox(session: Session, mailbox_id: str) -> Mailbox | None:
    mailbox = session.scalar(select(Mailbox).where(Mailbox.id == mailbox_id))
    if mailbox is not None:
        mailbox.cursor = {**(mailbox.cursor or {}), _TRIED: int(clock.now().timestamp())}
    return mailbox


def _note(session: Session, mailbox: Mailbox, status: EventStatus, message: str) -> None:
    record_event(
        session,
        integration=integration(mailbox),
        status=status,
        message=message,
        detail={"place": str((mailbox.imap or {}).get("host", ""))},
    )


def _words(mailbox: Mailbox, error: ConnectorError) -> str:
    """A consent that is gone is one trouble, whoever noticed it: it is told once."""
    if isinstance(error, ConsentWithdrawn):
        return _WITHDRAWN.format(mailbox.sign_in.value.capitalize())
    return " ".join(filter(None, (_sentence(error.message), error.fix)))


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."
