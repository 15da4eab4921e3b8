"""The person's menu, which the shell asks for when somebody opens it."""

from __future__ import annotations

from werkzeug.wrappers import Response

from shopapp.home.views import home
from shopapp.web.access import EVERYONE, allow
from shopapp.web.htmx import show


@home.get("/menu")
@allow(*EVERYONE)
def menu() -> Response:
    """Who is signed in, the theme, the account, the way out; a page of its own without scripts."""
    return show("home/menu.html", "home/_menu.html")
