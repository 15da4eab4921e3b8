"""A forgotten password: asking for a link, and choosing a new one."""

from __future__ import annotations

import time
from math import ceil

from flask import Response as FlaskResponse
from flask import make_response, request, url_for
from flask import session as cookie
from flask_limiter import RequestLimit
from werkzeug.wrappers import Response

from shopapp.account.actions import resetting
from shopapp.account.forms import RecoveryForm, ResetForm
from shopapp.account.views import account
from shopapp.account.views.asking import NOBODY, secret_key, typed_email
from shopapp.db import current_session
from shopapp.refusals import Invalid, NotAllowed
from shopapp.web import sessions
from shopapp.web.access import public
from shopapp.web.htmx import moved, show
from shopapp.web.limits import BY_ADDRESS, limiter, throttled

PER_ACCOUNT = "3 per hour"
DONE = "Your password is changed. Sign in with the new one."
_LINK = "reset"


def _breached(limit: RequestLimit) -> FlaskResponse:
    wait = max(1, ceil(limit.reset_at - time.time()))
    response = make_response(_asking(429, wait=wait))
    response.headers["Retry-After"] = str(wait)
    return response


@account.get("/recover")
@public
def recovery() -> Response:
    """The question whose password it was, or what happens now."""
    return _asking()


@account.post("/recover")
@public
@limiter.limit(BY_ADDRESS, methods=["POST"], on_breach=_breached)
@limiter.limit(PER_ACCOUNT, key_func=typed_email, methods=["POST"], on_breach=_breached)
def recovery_asked() -> Response:
    """The same answer, after the same work, for every address."""
    form = RecoveryForm(request.form)
    if not form.validate():
        return _asking(422, form)
    resetting.ask(current_session(), email=form.email.data or "")
    return moved(url_for("account.recovery", sent=1))


@account.get("/reset/<token>")
@public
def reset_link(token: str) -> Response:
    """The link in the mail: the token moves into the cookie, out of addresses and logs."""
    cookie[_LINK] = token
    response = moved(url_for("account.reset"))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@account.get("/reset")
@public
def reset() -> Response:
    """The form for a new password, if the link still stands."""
    return _choosing()


@account.post("/reset")
@public
@throttled(
    lambda: str(cookie.get(_LINK, NOBODY))[:64], lambda seconds: _choosing(429, wait=seconds)
)
def resetting_password() -> Response:
    """The new password; whoever was signed in as this person is not any more."""
    form = ResetForm(request.form)
    if not form.validate():
        return _choosing(422, form)
    try:
        resetting.reset(
            current_session(),
            str(cookie.get(_LINK, "")),
            password=form.password.data or "",
            secret_key=secret_key(),
        )
    except NotAllowed:
        return _choosing(410, form)
    except Invalid as refusal:
        form.refuse(refusal)
        return _choosing(422, form)
    cookie.pop(_LINK)
    sessions.end()
    return moved(url_for("account.sign_in"), say=DONE)


def _asking(status: int = 200, form: RecoveryForm | None = None, *, wait: int = 0) -> Response:
    form, sent = form or RecoveryForm(request.form), "sent" in request.args
    return show("account/recover.html", status=status, form=form, sent=sent, wait=wait)


def _choosing(status: int = 200, form: ResetForm | None = None, *, wait: int = 0) -> Response:
    link = str(cookie.get(_LINK, ""))
    try:
        email = resetting.person(current_session(), link, secret_key()).email
    except NotAllowed as refusal:
        return show("account/dead_link.html", status=410, sentence=str(refusal), again=True)
    form = form or ResetForm(None)
    return show("account/reset.html", status=status, form=form, email=email, wait=wait)
