"""Stores and their settings."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from shopapp.db import Session
from shopapp.stores.models import Store, StoreSettings


def settings(session: Session) -> StoreSettings:
    """The settings of the store the session is bound to."""
    return session.scalars(select(StoreSettings)).one()


def by_handle(session: Session, handle: str) -> Store | None:
    """The store called `handle`."""
    return session.scalar(select(Store).where(Store.handle == handle))


def active(session: Session) -> Sequence[Store]:
    """Every store, oldest first: for work that goes through all of them."""
    return session.scalars(select(Store).order_by(Store.id)).all()
