"""Mail hooks as their page, the ledger and the requests ask for them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from shopapp.db import Session
from shopapp.mail.models import MailHook


def hooks(session: Session) -> Sequence[MailHook]:
    """The store's hooks with their mailboxes, oldest first."""
    return session.scalars(
        select(MailHook).options(joinedload(MailHook.mailbox)).order_by(MailHook.id)
    ).all()


def hook(session: Session, hook_id: str) -> MailHook | None:
    """One hook with its mailbox."""
    return session.scalar(
        select(MailHook).options(joinedload(MailHook.mailbox)).where(MailHook.id == hook_id)
    )


def hook_by_token(session: Session, token: str) -> MailHook | None:
    """The hook that answers at /hooks/mail/<token>."""
    return session.scalar(
        select(MailHook).options(joinedload(MailHook.mailbox)).where(MailHook.token == token)
    )
