"""Flask-Security on our own models and our own pages: it loads users, hashes, and signs in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, g
from flask import session as cookie
from flask_login.utils import _user_context_processor
from flask_security import Security, SQLAlchemyUserDatastore
from flask_security.core import RoleMixin

from shopapp.accounts import queries, tokens
from shopapp.accounts.models import User
from shopapp.config import Config
from shopapp.crypto.instance import InstanceKeys
from shopapp.db import current_session, db

BROWSER = "browser"  # the cookie's name for the token of its UserSession
REMEMBERED = timedelta(days=30)


class Datastore(SQLAlchemyUserDatastore):
    """Flask-Security's datastore without its own commits: the edge commits."""

    def commit(self) -> None:
        self.db.session.flush()


class NoRole(RoleMixin):
    """Roles belong to memberships; Flask-Security only asks that the class exists."""


def settings(config: Config, keys: InstanceKeys, *, fast_hashing: bool = False) -> dict[str, Any]:
    """Flask-Security's and Flask's session settings."""
    hashing = {"argon2__time_cost": 1, "argon2__memory_cost": 64} if fast_hashing else {}
    return {
        "SECRET_KEY": keys.secret_key,
        "SECURITY_PASSWORD_SALT": keys.password_salt,
        "SECURITY_TOTP_SECRETS": {"1": keys.totp_key},
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": hashing,
        "SECURITY_JOIN_USER_ROLES": False,
        "SECURITY_CLI_USERS_NAME": False,
        "SECURITY_CLI_ROLES_NAME": False,
        "SESSION_COOKIE_NAME": "shopapp",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": config.is_secure,
        "SESSION_REFRESH_EACH_REQUEST": False,  # web/sessions.py touches it once a minute
        "PERMANENT_SESSION_LIFETIME": REMEMBERED,
        "WTF_CSRF_TIME_LIMIT": None,  # a token lasts as long as its session
    }


def install(app: Flask) -> None:
    """Attach Flask-Security to `app` without its pages; ours are in account/."""
    security = Security(app, Datastore(db, User, NoRole), register_blueprint=False)
    logins = app.login_manager  # type: ignore[attr-defined]
    logins.user_loader(_signed_in)
    logins.request_loader(lambda _request: None)  # a token in the URL signs nobody in
    # Nothing looks the person up behind our back: not for a picture, not for an error page.
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    app.after_request_funcs[None].remove(logins._update_remember_cookie)
    app.template_context_processors[None].remove(_user_context_processor)


def _signed_in(fs_uniquifier: str) -> User | None:
    """Whom the cookie names, while the browser it was given to has not been signed out."""
    token_hash = tokens.hashed(str(cookie.get(BROWSER, "")))
    found = queries.signed_in(current_session(), str(fs_uniquifier), token_hash)
    if found is None:
        return None
    user, g.user_session = found
    return user
