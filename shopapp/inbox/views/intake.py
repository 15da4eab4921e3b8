"""The mail that came in: a ledger that balances, and what is in quarantine."""

from __future__ import annotations

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.inbox.actions import importing
from shopapp.inbox.views import inbox
from shopapp.mail import queries
from shopapp.mail.models import RawMail
from shopapp.refusals import Stale
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import changed, conflict, found, show

PAGE, PART = "inbox/mail.html", "inbox/_mail.html"


@inbox.get("/mail")
@allow(Role.ADMIN, Role.AGENT)
def mail() -> Response:
    """What was stored, read, and put aside."""
    return show(PAGE, PART, **_ledger(scope()))


@inbox.post("/mail/<raw_id>/reading")
@allow(Role.ADMIN, Role.AGENT)
def mail_reading(raw_id: str) -> Response:
    """Try to read a quarantined mail again, in the background."""
    here = scope()
    row: RawMail = found(queries.raw(here.session, raw_id))
    try:
        importing.read_again(here.session, row, by=here.user)
    except Stale as refusal:
        return conflict(PAGE, PART, **_ledger(here, str(refusal)))
    here.session.flush()
    return changed(PART, to=url_for("inbox.mail"), say="Reading it again", **_ledger(here))


def _ledger(here: Scope, refusal: str = "") -> dict[str, Any]:
    return {
        "refusal": refusal,
        "ledger": queries.ledger(here.session),
        "mailbox": queries.default_mailbox(here.session),
        "quarantined": queries.quarantined(here.session),
    }
