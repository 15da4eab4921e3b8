"""Signed-in browsers: begun, seen, ended and forgotten; and when a member was last at work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.engine import Connection, Engine

from shopapp import clock
from shopapp.accounts import tokens
from shopapp.accounts.models import Membership, User, UserSession
from shopapp.db import Session
from shopapp.stores.models import Store

SEEN = timedelta(minutes=1)
KEPT = timedelta(days=40)
_LONGEST = 400
_PATIENCE = 200  # milliseconds; no page waits for a note about it


def begin(
    session: Session, user: User, *, user_agent: str, address: str, remember: bool
) -> tuple[UserSession, str]:
    """A new browser of `user`, and the token its cookie carries."""
    token, now = tokens.new(), clock.now()
    row = UserSession(
        user_id=user.id,
        token_hash=tokens.hashed(token),
        user_agent=user_agent[:_LONGEST],
        address=address,
        is_remembered=remember,
        last_seen_at=now,
    )
    user.last_login_at = now
    session.add(row)
    session.flush()
    return row, token


def end(session: Session, user_id: str, session_id: str) -> bool:
    """End one browser of a person; False when it was over, or is somebody else's."""
    return bool(_ended(session, UserSession.user_id == user_id, UserSession.id == session_id))


def end_token(session: Session, token: str) -> None:
    """End the browser whose cookie carries `token`."""
    _ended(session, UserSession.token_hash == tokens.hashed(token))


def end_all(session: Session, user_id: str, *, but: str = "") -> int:
    """End every browser of a person, or every one but the session `but`; how many."""
    return _ended(session, UserSession.user_id == user_id, UserSession.id != but)


def note(engine: Engine, token: str, handle: str | None, now: datetime) -> None:
    """Note that a browser was seen, and in which store: a short transaction of its own.

    At most once a minute. Raises OperationalError when another writer stands in the way on SQLite.
    """
    token_hash = tokens.hashed(token)
    seen = update(UserSession).where(
        UserSession.token_hash == token_hash,
        UserSession.ended_at.is_(None),
        UserSession.last_seen_at <= now - SEEN,
    )
    whose = select(UserSession.user_id).where(
        UserSession.token_hash == token_hash, UserSession.ended_at.is_(None)
    )
    at_work = update(Membership).where(
        Membership.user_id == whose.scalar_subquery(),
        Membership.store_id
        == select(Store.id).where(Store.handle == (handle or "")).scalar_subquery(),
    )
    with engine.connect() as connection, _impatient(connection):
        connection.execute(seen.values(last_seen_at=now))
        connection.execute(at_work.values(last_active_at=now, updated_at=Membership.updated_at))
        connection.commit()


def forget(session: Session) -> int:
    """Delete browsers that ended, or were not seen, so long ago that nobody asks; how many."""
    before = clock.now() - KEPT
    old = or_(UserSession.ended_at < before, UserSession.last_seen_at < before)
    return len(session.scalars(delete(UserSession).where(old).returning(UserSession.id)).all())


def _ended(session: Session, *which: object) -> int:
    ended = (
        update(UserSession)
        .where(UserSession.ended_at.is_(None), *which)  # type: ignore[arg-type]
        .values(ended_at=clock.now())
        .returning(UserSession.id)
        .execution_options(synchronize_session="fetch")
    )
    return len(session.scalars(ended).all())


@contextmanager
def _impatient(connection: Connection) -> Iterator[None]:
    """On SQLite one writer waits for another; this one gives up soon."""
    if connection.dialect.name != "sqlite":
        yield
        return
    usual = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {_PATIENCE}")
    try:
        yield
    finally:
        connection.rollback()
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {usual}")
