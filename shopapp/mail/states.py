"""How an outgoing mail changes its state, at most one of two at a time, and who is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from sqlalchemy import true, update

from shopapp.db import Session
from shopapp.mail.models import OutboundKind, OutboundMail, OutboundState
from shopapp.mail.shadowing import may_leave

Listener = Callable[[Session, OutboundMail], None]
Check = Callable[[Session, OutboundMail], bool]

_listeners: defaultdict[OutboundKind, list[Listener]] = defaultdict(list)
_checks: defaultdict[OutboundKind, list[Check]] = defaultdict(list)


def on_outcome(kind: OutboundKind, listener: Listener) -> None:
    """Let `listener(session, mail)` follow mail of `kind`, in the transaction of each change.

    It hears of sending, sent, failed, unknown, and of queued when a mail will be tried again;
    `mail.last_error` is the reason. It may run again for one change, when its transaction had to
    be repeated.
    """
    if listener not in _listeners[kind]:
        _listeners[kind].append(listener)


def before_leaving(kind: OutboundKind, check: Check) -> None:
    """Let `check(session, mail)` look at queued mail of `kind` once more before it is handed over.

    It answers False when it has taken the mail out of the queue.
    """
    if check not in _checks[kind]:
        _checks[kind].append(check)


def may_be_handed_over(session: Session, mail: OutboundMail) -> bool:
    """Whether nothing speaks against a queued mail now that its time has come."""
    return all(check(session, mail) for check in _checks[mail.kind])


def move(
    session: Session,
    mail: OutboundMail,
    start: OutboundState,
    end: OutboundState,
    **values: Any,
) -> bool:
    """Change `mail` from `start` to `end`; False when somebody else was faster.

    To `sending` only where the mailbox is none in shadow mode, in the same statement.
    """
    allowed = may_leave() if end is OutboundState.SENDING else true()
    moved = session.scalars(
        update(OutboundMail)
        .where(OutboundMail.id == mail.id, OutboundMail.state == start, allowed)
        .values(state=end, **values)
        .returning(OutboundMail.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    session.refresh(mail)
    return moved is not None


def announce(session: Session, mail: OutboundMail) -> None:
    """Tell the listeners of this kind of mail about its present state."""
    for listener in _listeners[mail.kind]:
        listener(session, mail)
