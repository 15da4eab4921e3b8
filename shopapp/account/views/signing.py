"""Signing in and out, and the password again before something that matters."""

from __future__ import annotations

import structlog
from flask import current_app, request, url_for
from werkzeug.wrappers import Response

from shopapp.account import actions
from shopapp.account.actions import factors
from shopapp.account.forms import SignInForm, VerificationForm
from shopapp.account.views import account, second_step
from shopapp.account.views.asking import own_email, typed_email
from shopapp.accounts import passwords
from shopapp.db import current_session
from shopapp.refusals import Refused
from shopapp.web import sessions
from shopapp.web.access import public, signed_in
from shopapp.web.htmx import moved, show
from shopapp.web.limits import throttled
from shopapp.web.paths import own_path

log = structlog.get_logger(__name__)


def _wait_to_sign_in(seconds: int) -> Response:
    return _sign_in_page(429, wait=seconds)


def _wait_to_verify(seconds: int) -> Response:
    return _verification_page(429, wait=seconds)


@account.get("/login")
@public
def sign_in() -> Response:
    """The sign-in page; who is signed in goes on."""
    if sessions.person():
        return moved(own_path(request.args.get("next")) or "/")
    return _sign_in_page()


@account.post("/login")
@public
@throttled(typed_email, _wait_to_sign_in)
def signing_in() -> Response:
    """A new session, the question for a code, or the page again with one neutral sentence."""
    form = SignInForm(request.form)
    try:
        user = actions.authenticate(
            current_session(),
            email=form.email.data or "",
            password=form.password.data or "",
            demo_may_sign_in=current_app.config["SHOPAPP"].demo_may_sign_in,
        )
    except Refused as refusal:
        log.info("sign_in.refused", address=request.remote_addr)  # people type passwords there
        return _sign_in_page(422, error=str(refusal))
    if factors.is_on(user):
        return second_step.ask(user, remember=form.remember.data, to=form.next.data or "/")
    sessions.begin(user, remember=form.remember.data)
    return moved(form.next.data or "/")


@account.get("/verify")
@signed_in
def verification() -> Response:
    """The password again, before something that matters."""
    return _verification_page()


@account.post("/verify")
@signed_in
@throttled(own_email, _wait_to_verify)
def verifying() -> Response:
    """Fifteen minutes in which the password is not asked for again."""
    form = VerificationForm(request.form)
    if not passwords.is_right(form.password.data or "", sessions.person()):
        return _verification_page(422, error="That is not your password.")
    sessions.prove()
    return moved(form.next.data or "/")


@account.post("/account/sign-outs")
@signed_in
def sign_out_everywhere() -> Response:
    """End every session of the person, this one as well."""
    person = sessions.person()
    if person is not None:
        actions.end_sessions(person)
        actions.note_later(current_session(), person, "user.signed_out_everywhere", by=person)
    return _signed_out()


@account.post("/logout")
@signed_in
def sign_out() -> Response:
    """End the session and have the browser forget what it kept of it."""
    return _signed_out()


def _signed_out() -> Response:
    sessions.end()
    response = moved(url_for("account.sign_in"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _sign_in_page(status: int = 200, *, error: str = "", wait: int = 0) -> Response:
    form = SignInForm(request.form or request.args)
    return show("account/login.html", status=status, form=form, error=error, wait=wait)


def _verification_page(status: int = 200, *, error: str = "", wait: int = 0) -> Response:
    form = VerificationForm(request.form or request.args)
    return show("account/verify.html", status=status, form=form, error=error, wait=wait)
