"""The keyboard's map, which the shell asks for when somebody opens it."""

from __future__ import annotations

from werkzeug.wrappers import Response

from shopapp.home.views import home
from shopapp.web.access import EVERYONE, allow
from shopapp.web.htmx import show


@home.get("/shortcuts")
@allow(*EVERYONE)
def shortcuts() -> Response:
    """Every key with what it does, and the switch for the single letters."""
    return show("home/shortcuts.html", "home/_shortcuts.html")
