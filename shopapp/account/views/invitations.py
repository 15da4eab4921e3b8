"""Accepting an invitation: with a new account, or with the one a person has."""

from __future__ import annotations

from flask import request, url_for
from flask import session as cookie
from werkzeug.wrappers import Response

from shopapp.account.actions import invitations
from shopapp.account.forms import NewPersonForm
from shopapp.account.views import account
from shopapp.account.views.asking import NOBODY
from shopapp.accounts import queries
from shopapp.db import current_session
from shopapp.refusals import Invalid, NotAllowed
from shopapp.stores.models import Store
from shopapp.web import sessions
from shopapp.web.access import public
from shopapp.web.htmx import moved, show
from shopapp.web.limits import throttled


def _link() -> str:
    return str(cookie.get(sessions.INVITATION, ""))


def _wait(seconds: int) -> Response:
    return _page(429, wait=seconds)


@account.get("/invitations/<token>")
@public
def invitation_link(token: str) -> Response:
    """The link in the mail: the token moves into the cookie, out of addresses and logs."""
    cookie[sessions.INVITATION] = token
    response = moved(url_for("account.invitation"))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@account.get("/invitations")
@public
def invitation() -> Response:
    """What is offered, and the way to take it."""
    return _page()


@account.post("/invitations")
@public
@throttled(lambda: _link()[:64] or NOBODY, _wait)
def invitation_accepted() -> Response:
    """The person is a member, signed in, at the store's first page."""
    person, form = sessions.person(), NewPersonForm(request.form)
    if person is None and not form.validate():
        return _page(422, form=form)
    try:
        store = invitations.accept_as(current_session(), _link(), person) if person else _new(form)
    except NotAllowed:
        return _page(403)
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(422, form=form)
    cookie.pop(sessions.INVITATION, None)
    return moved(f"/{store.handle}/", say=f"Welcome to {store.name}")


def _new(form: NewPersonForm) -> Store:
    """A new person, signed in."""
    person, store = invitations.accept_as_new(
        current_session(), _link(), name=form.name.data or "", password=form.password.data or ""
    )
    sessions.begin(person, remember=False)
    return store


def _page(status: int = 200, *, form: NewPersonForm | None = None, wait: int = 0) -> Response:
    here = current_session()
    try:
        row, store = invitations.offered(here, _link())
    except NotAllowed as refusal:
        return show("account/dead_link.html", status=410, sentence=str(refusal), again=False)
    return show(
        "account/invitation.html",
        status=status,
        row=row,
        store=store,
        form=form or NewPersonForm(None),
        wait=wait,
        person=sessions.person(),
        is_known=queries.user_by_email(here, row.email) is not None,
    )
