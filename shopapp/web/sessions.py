"""Who is signed in: a signed cookie with the token of a browser that can be signed out anywhere."""

from __future__ import annotations

from datetime import timedelta

import structlog
from flask import current_app, flash, g, request
from flask import session as cookie
from flask_login import current_user
from flask_security import login_user, logout_user
from sqlalchemy.exc import OperationalError

from shopapp import clock
from shopapp.accounts import presence
from shopapp.accounts.models import User, UserSession
from shopapp.accounts.security import BROWSER, REMEMBERED
from shopapp.config import Config
from shopapp.db import current_session, db

FRESH = timedelta(minutes=15)
ENDED = "Your session has ended. Sign in again and you will come back to where you were."
INVITATION = "invitation"  # the one thing a person carries over the threshold
_TOUCH_SECONDS = 60
_PROVED = "fs_paa"  # Flask-Security's name for the moment a password was given
log = structlog.get_logger(__name__)


def begin(user: User, *, remember: bool) -> None:
    """Sign `user` in with a new session: nothing of the one before it is kept.

    It ends after SESSION_HOURS without a request and with the browser; with `remember` only after
    30 days without a request. Signing out ends it on the server: a copy of its cookie is dead.
    """
    kept = {name: cookie[name] for name in (INVITATION,) if name in cookie}
    _end_row()
    cookie.clear()
    cookie.update(kept)
    g.pop("csrf_token", None)
    g.user_session, cookie[BROWSER] = presence.begin(
        current_session(),
        user,
        user_agent=request.user_agent.string,
        address=request.remote_addr or "",
        remember=remember,
    )
    login_user(user, remember=False)
    cookie["seen"] = _now()
    cookie.permanent = remember
    prove()


def prove() -> None:
    """The person has just given the password (again)."""
    cookie[_PROVED] = _now()


def is_fresh() -> bool:
    """Whether the password was given within the last 15 minutes."""
    age = _now() - int(cookie.get(_PROVED, 0))
    return 0 <= age <= FRESH.total_seconds()


def end() -> None:
    """Sign the person out; nothing of the session is kept."""
    _end_row()
    _leave()


def person() -> User | None:
    """The signed-in person, or None. A session that is over is ended, and a note says so."""
    if "_user_id" not in cookie:
        return None
    _note_presence()
    if not current_user.is_authenticated or _is_over() or _is_refused_demo():
        _leave()
        flash(ENDED, "info")
        return None
    if _rest() >= _TOUCH_SECONDS or "seen" not in cookie:
        cookie["seen"] = _now()
    user: User = current_user._get_current_object()
    return user


def browser() -> UserSession:
    """The signed-in person's browser, of this request."""
    row: UserSession = g.user_session
    return row


def _leave() -> None:
    logout_user()
    cookie.clear()


def _end_row() -> None:
    if BROWSER in cookie:
        presence.end_token(current_session(), str(cookie[BROWSER]))


def _note_presence() -> None:
    """Once a minute, before this request's own transaction begins; never by a writing one."""
    is_due = _rest() >= _TOUCH_SECONDS and not _is_over()
    if not is_due or request.method not in ("GET", "HEAD"):
        return
    try:
        presence.note(db.engine, str(cookie.get(BROWSER, "")), g.get("handle"), clock.now())
    except OperationalError as error:
        log.info("presence.not_noted", error=type(error).__name__)


def _is_over() -> bool:
    hours = timedelta(hours=_config().session_hours)
    return _rest() > (REMEMBERED if cookie.permanent else hours).total_seconds()


def _is_refused_demo() -> bool:
    return bool(current_user.is_demo) and not _config().demo_may_sign_in


def _rest() -> float:
    """Seconds since the last request that was noted."""
    return float(_now() - cookie.get("seen", _now()))


def _now() -> int:
    return int(clock.now().timestamp())


def _config() -> Config:
    config: Config = current_app.config["SHOPAPP"]
    return config
