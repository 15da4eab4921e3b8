"""Signing in and out, the store switch and preferences of the signed-in person."""

from __future__ import annotations

import structlog
from flask import Blueprint, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from shopapp.account import actions
from shopapp.account.forms import SignInForm, VerificationForm
from shopapp.accounts import passwords, queries
from shopapp.db import current_session
from shopapp.refusals import Refused
from shopapp.web import sessions
from shopapp.web.access import EVERYONE, allow, public, signed_in
from shopapp.web.htmx import moved, page_shown, show
from shopapp.web.limits import throttled
from shopapp.web.paths import own_path
from shopapp.web.templating import THEMES

account = Blueprint("account", __name__)
log = structlog.get_logger(__name__)
YEAR = 365 * 24 * 3600


def _typed_email() -> str:
    return queries.normal_email(request.form.get("email", ""))[:254] or "nobody"


def _own_email() -> str:
    person = sessions.person()
    return person.email if person else "nobody"


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
@throttled(_typed_email, _wait_to_sign_in)
def signing_in() -> Response:
    """A new session, or the page again with one neutral sentence."""
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
    sessions.begin(user, remember=form.remember.data)
    return moved(form.next.data or "/")


@account.post("/logout")
@signed_in
def sign_out() -> Response:
    """End the session and have the browser forget what it kept of it."""
    sessions.end()
    response = moved(url_for("account.sign_in"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@account.get("/verify")
@signed_in
def verification() -> Response:
    """The password again, before something that matters."""
    return _verification_page()


@account.post("/verify")
@signed_in
@throttled(_own_email, _wait_to_verify)
def verifying() -> Response:
    """Fifteen minutes in which the password is not asked for again."""
    form = VerificationForm(request.form)
    if not passwords.is_right(form.password.data or "", sessions.person()):
        return _verification_page(422, error="That is not your password.")
    sessions.prove()
    return moved(form.next.data or "/")


@account.get("/")
@signed_in
def start() -> Response:
    """The one store of the person, or the choice among several."""
    person = sessions.person()
    stores = queries.stores_of(current_session(), person.id if person else "")
    if len(stores) == 1:
        return redirect(url_for("account.home", handle=stores[0].handle), 303)
    return show("account/stores.html", stores=stores)


@account.get("/<handle:handle>/")
@allow(*EVERYONE)
def home() -> Response:
    """A store's front door; it leads to the inbox."""
    return redirect(url_for("inbox.tickets"), 303)


@account.post("/theme")
@public
def theme() -> Response:
    """Light, dark or the system's own, kept in a cookie so that the first paint is right."""
    chosen = request.form.get("theme", "")
    return _preferring("theme", chosen if chosen in THEMES else "")


@account.post("/shortcuts")
@public
def shortcuts() -> Response:
    """Single-letter shortcuts on or off (WCAG 2.1.4)."""
    return _preferring("shortcuts", "on" if request.form.get("shortcuts") == "on" else "off")


def _preferring(name: str, value: str) -> Response:
    """Back to the page the form stood on, with the choice in a cookie ('' forgets it)."""
    response = redirect(page_shown() or "/", 303)
    age = YEAR if value else 0
    secure = current_app.config["SHOPAPP"].is_secure
    response.set_cookie(name, value, max_age=age, secure=secure, samesite="Lax")
    return response


def _sign_in_page(status: int = 200, *, error: str = "", wait: int = 0) -> Response:
    form = SignInForm(request.form or request.args)
    return show("account/login.html", status=status, form=form, error=error, wait=wait)


def _verification_page(status: int = 200, *, error: str = "", wait: int = 0) -> Response:
    form = VerificationForm(request.form or request.args)
    return show("account/verify.html", status=status, form=form, error=error, wait=wait)
