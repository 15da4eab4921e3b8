"""A person's own account: name, password, second factor, and where they are signed in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import request, url_for
from flask import session as cookie
from werkzeug.wrappers import Response

from shopapp import clock
from shopapp.account import actions, agents
from shopapp.account.actions import factors
from shopapp.account.forms import NameForm, PasswordForm
from shopapp.account.views import account
from shopapp.account.views.asking import config, me, own_email
from shopapp.accounts import presence, queries
from shopapp.accounts.models import User
from shopapp.accounts.security import REMEMBERED
from shopapp.db import current_session
from shopapp.refusals import Invalid
from shopapp.web import sessions
from shopapp.web.access import signed_in
from shopapp.web.htmx import moved, show
from shopapp.web.limits import throttled


def _wait(seconds: int) -> Response:
    return _page(429, wait=seconds)


@account.get("/account")
@signed_in
def profile() -> Response:
    """The page."""
    return _page()


@account.post("/account/name")
@signed_in
def name_change() -> Response:
    """Another name beside what the person does from now on."""
    form = NameForm(request.form)
    if not form.validate():
        return _page(422, name=form)
    actions.rename(me(), name=form.name.data or "")
    return moved(url_for("account.profile"), say="Name saved")


@account.post("/account/password")
@signed_in
@throttled(own_email, _wait)
def password_change() -> Response:
    """A new password; every other browser is signed out."""
    form, person = PasswordForm(request.form), me()
    try:
        if not form.validate():
            return _page(422, password=form)
        current, new = form.current.data or "", form.password.data or ""
        actions.change_password(person, current=current, password=new)
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(422, password=form)
    sessions.begin(person, remember=cookie.permanent)
    actions.note_later(current_session(), person, "user.password_changed", by=person)
    said = "Password changed. Every other browser was signed out."
    return moved(url_for("account.profile"), say=said)


@account.post("/account/sessions")
@signed_in
def session_ending() -> Response:
    """Sign one other browser out."""
    ended = presence.end(current_session(), me().id, request.form.get("session", "")[:64])
    said = "That browser is signed out" if ended else "That browser was signed out already"
    return moved(url_for("account.profile"), say=said)


def _page(
    status: int = 200,
    *,
    name: NameForm | None = None,
    password: PasswordForm | None = None,
    wait: int = 0,
) -> Response:
    person = me()
    return show(
        "account/profile.html",
        status=status,
        person=person,
        name=name or NameForm(None, data={"name": person.name}),
        password=password or PasswordForm(None),
        wait=wait,
        browsers=_browsers(person),
        factor_on=factors.is_on(person),
        codes_left=factors.codes_left(current_session(), person),
    )


def _browsers(person: User) -> list[dict[str, Any]]:
    now, here = clock.now(), sessions.browser().id
    rows = queries.sessions_of(
        current_session(),
        person.id,
        seen_since=now - timedelta(hours=config().session_hours),
        remembered_since=now - REMEMBERED,
    )
    return [
        {"row": row, "words": agents.in_words(row.user_agent), "is_this": row.id == here}
        for row in rows
    ]
