"""The second step of signing in: a code of the authenticator app, or a recovery code."""

from __future__ import annotations

from typing import Any

import structlog
from flask import request, url_for
from flask import session as cookie
from werkzeug.wrappers import Response

from shopapp import clock
from shopapp.account.actions import factors
from shopapp.account.forms import CodeForm
from shopapp.account.views import account
from shopapp.account.views.asking import NOBODY, authenticator
from shopapp.accounts.models import User
from shopapp.db import current_session
from shopapp.refusals import Invalid
from shopapp.web import sessions
from shopapp.web.access import public
from shopapp.web.htmx import moved, show
from shopapp.web.limits import throttled
from shopapp.web.paths import own_path

PATIENCE = 600  # seconds between password and code
_WAITING = "second_step"
_LATE = "That took more than ten minutes. Sign in again."
log = structlog.get_logger(__name__)


def ask(user: User, *, remember: bool, to: str) -> Response:
    """Send the person, who gave the password, to the question for a code; nobody is signed in."""
    invitation = cookie.get(sessions.INVITATION)
    sessions.end()
    if invitation:
        cookie[sessions.INVITATION] = invitation
    now = int(clock.now().timestamp())
    cookie[_WAITING] = [user.id, user.fs_uniquifier, now, bool(remember), to]
    return moved(url_for("account.second_step"))


def _who() -> str:
    return str(cookie.get(_WAITING, [NOBODY])[0])


def _wait(seconds: int) -> Response:
    return _page(429, wait=seconds)


@account.get("/login/code")
@public
def second_step() -> Response:
    """The question for the code."""
    return _page() if _waiting() else moved(url_for("account.sign_in"))


@account.post("/login/code")
@public
@throttled(_who, _wait)
def second_step_taken() -> Response:
    """A new session, or the question again."""
    waiting = _waiting()
    if waiting is None:
        return moved(url_for("account.sign_in"), say=_LATE, tone="info")
    form = CodeForm(request.form)
    try:
        user = _proved(waiting[0], form, with_recovery="recovery" in request.form)
    except Invalid as refusal:
        log.info("second_step.refused", address=request.remote_addr)
        return _page(422, error=str(refusal))
    if not user.active or user.fs_uniquifier != waiting[1]:
        cookie.pop(_WAITING, None)
        return moved(url_for("account.sign_in"))
    sessions.begin(user, remember=waiting[3])
    return moved(own_path(waiting[4]) or "/")


def _proved(user_id: str, form: CodeForm, *, with_recovery: bool) -> User:
    prove = factors.prove_by_recovery if with_recovery else factors.prove
    return prove(
        current_session(), user_id, code=form.code.data or "", authenticator=authenticator()
    )


def _waiting() -> list[Any] | None:
    """Who gave the password within ten minutes: id, uniquifier, when, remember, where to."""
    found: list[Any] | None = cookie.get(_WAITING)
    late = found is not None and clock.now().timestamp() - found[2] > PATIENCE
    if late:
        cookie.pop(_WAITING)
    return None if late else found


def _page(status: int = 200, *, error: str = "", wait: int = 0) -> Response:
    with_recovery = "recovery" in request.values
    return show(
        "account/code.html", status=status, error=error, wait=wait, with_recovery=with_recovery
    )
