"""The start page with the store switch, and what a browser prefers."""

from __future__ import annotations

from flask import current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from shopapp.account.views import account
from shopapp.accounts import queries
from shopapp.db import current_session
from shopapp.web import sessions
from shopapp.web.access import public, signed_in
from shopapp.web.htmx import page_shown, show
from shopapp.web.templating import THEMES

YEAR = 365 * 24 * 3600


@account.get("/")
@signed_in
def start() -> Response:
    """The one store of the person, or the choice among several."""
    person = sessions.person()
    stores = queries.stores_of(current_session(), person.id if person else "")
    if len(stores) == 1:
        return redirect(url_for("home.today", handle=stores[0].handle), 303)
    return show("account/stores.html", stores=stores)


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
