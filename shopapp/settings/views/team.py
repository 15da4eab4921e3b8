"""Team: who can open this store."""

from __future__ import annotations

from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.accounts.queries import members
from shopapp.settings.views import settings
from shopapp.web.access import allow, scope
from shopapp.web.htmx import show


@settings.get("/team")
@allow(Role.ADMIN)
def team() -> Response:
    """The members, by name."""
    here = scope()
    return show("settings/team.html", members=members(here.session, here.store.id))
