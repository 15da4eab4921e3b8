"""The mail that came in: a ledger that balances, and what is in quarantine."""

from __future__ import annotations

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from shopapp.inbox.actions import importing
from shopapp.accounts.models import Role
from shopapp.inbox.views import inbox
from shopapp.mail import queries
from shopapp.mail.models import RawMail
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import changed, found, show


@inbox.get("/mail")
@allow(Role.ADMIN, Role.AGENT)
def mail() -> Response:
    """What was stored, read, and put aside."""
    return show("inbox/mail.html", "inbox/_mail.html", **_ledger(scope()))


@inbox.post("/mail/<raw_id>/reading")
@allow(Role.ADMIN, Role.AGENT)
def mail_reading(raw_id: str) -> Response:
    """Try to read a quarantined mail again, in the background."""
    here = scope()
    row: RawMail = found(queries.raw(here.session, raw_id))
    importing.read_again(here.session, row, by=here.user)
    here.session.flush()
    said = "Reading it again"
    return changed("inbox/_mail.html", to=url_for("inbox.mail"), say=said, **_ledger(here))


def _ledger(here: Scope) -> dict[str, Any]:
    return {
        "ledger": queries.ledger(here.session),
        "mailbox": queries.default_mailbox(here.session),
        "quarantined": queries.quarantined(here.session),
    }
