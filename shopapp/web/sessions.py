"""Who is signed in: one signed cookie that knows when it was last used and when it was proved."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app, flash, g
from flask import session as cookie
from flask_login import current_user
from flask_security import login_user, logout_user

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.accounts.security import REMEMBERED
from shopapp.config import Config

FRESH = timedelta(minutes=15)
ENDED = "Your session has ended. Sign in again and you will come back to where you were."
_TOUCH_SECONDS = 60
_PROVED = "fs_paa"  # Flask-Security's name for the moment a password was given


def begin(user: User, *, remember: bool) -> None:
    """Sign `user` in with a new session: nothing of the one before it is kept.

    It ends after SESSION_HOURS without a request and with the browser; with `remember` only after
    30 days without a request.
    """
    cookie.clear()
    g.pop("csrf_token", None)
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
    logout_user()
    cookie.clear()


def person() -> User | None:
    """The signed-in person, or None. A session that is over is ended, and a note says so."""
    if "_user_id" not in cookie:
        return None
    if not current_user.is_authenticated or _is_over() or _is_refused_demo():
        end()
        flash(ENDED, "info")
        return None
    if _rest() >= _TOUCH_SECONDS or "seen" not in cookie:
        cookie["seen"] = _now()
    user: User = current_user._get_current_object()
    return user


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
