"""What waits to leave while the installation is on hold, and letting it go."""

from __future__ import annotations

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.audit import actions as audit
from shopapp.jobs import quiet
from shopapp.ops.holding import held, tickets
from shopapp.ops.views import system
from shopapp.refusals import NotAllowed
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import conflict, moved, show

PAGE, PART = "system/leaving.html", "system/_leaving.html"


@system.get("/leaving")
@allow(Role.ADMIN)
def leaving() -> Response:
    """The mail that would leave, and why it does not."""
    return show(PAGE, PART, **_context(scope()))


@system.post("/leaving")
@allow(Role.ADMIN, fresh=True)
def resumption() -> Response:
    """Let everything go that waits, in every store."""
    here = scope()
    try:
        row = quiet.resume(here.session, by=here.user.email)
    except NotAllowed as refused:
        return conflict(PAGE, PART, **_context(here, str(refused)))
    if row is not None:
        audit.record(here.session, "installation.resumed", row, by=here.user)
    return moved(url_for("system.leaving"), say="Mail leaves again")


def _context(here: Scope, refusal: str = "") -> dict[str, Any]:
    installation = quiet.state(here.session)
    is_on_hold = installation is not None and installation.quiesced_at is not None
    mails = held(here.session)
    return {
        "hold": installation if is_on_hold else None,
        "last": installation,
        "held": mails,
        "tickets": tickets(here.session, [*mails.waiting, *mails.unknown]),
        "refusal": refusal,
    }
