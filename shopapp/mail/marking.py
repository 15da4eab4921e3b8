"""Addresses that cannot be reached or that complained: marked, shown, and cleared by a person."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.mail.models import AddressMark, MarkedAddress


def mark(session: Session, address: str, what: AddressMark, detail: str) -> MarkedAddress:
    """Remember what a mail system said of `address`; a complaint outweighs a bounce."""
    key = address.strip().lower()
    row = session.scalar(select(MarkedAddress).where(MarkedAddress.address == key))
    if row is None:
        row = MarkedAddress(address=key, mark=what)
        session.add(row)
    if row.mark is not AddressMark.COMPLAINED:
        row.mark = what
    row.detail = detail[:500]
    session.flush()
    return row


def marked(session: Session, addresses: Collection[str]) -> Sequence[MarkedAddress]:
    """What is known against these addresses (lower case)."""
    return session.scalars(
        select(MarkedAddress)
        .where(MarkedAddress.address.in_(addresses))
        .order_by(MarkedAddress.address)
    ).all()


def clear(session: Session, row: MarkedAddress, *, by: User) -> None:
    """A person knows better: the address may be written to again."""
    record(session, "address.cleared", row, by=by, before={"mark": row.mark.value})
    session.delete(row)
