"""Shadow mode: entered, left, and what its drafts were worth beside the team's real replies."""

from __future__ import annotations

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.drafts.learning.diff import marked
from shopapp.inbox.queries import shadows
from shopapp.inbox.views import composer, desk, inbox, setup
from shopapp.inbox.views.tickets import load
from shopapp.mail import shadowing
from shopapp.mail.models import Mailbox
from shopapp.web import sessions
from shopapp.web.access import EVERYONE, allow, scope
from shopapp.web.htmx import changed, show

_PART = "inbox/_shadow.html"


@desk.get("/setup/<mailbox_id>/shadow")
@allow(Role.ADMIN)
def shadow(mailbox_id: str) -> Response:
    """Whether the mailbox only watches."""
    return show("inbox/shadow.html", **_context(setup.load(mailbox_id)))


@desk.post("/setup/<mailbox_id>/shadow")
@allow(Role.ADMIN)
def shadow_beginning(mailbox_id: str) -> Response:
    """From now on nothing leaves this mailbox."""
    here, row = scope(), setup.load(mailbox_id)
    shadowing.enter(here.session, row, by=here.user)
    here.session.flush()
    return _changed(row, f"{row.address} is in shadow mode")


@desk.post("/setup/<mailbox_id>/shadow/ending")
@allow(Role.ADMIN, fresh=True)
def shadow_ending(mailbox_id: str) -> Response:
    """From now on approved replies leave."""
    here, row = scope(), setup.load(mailbox_id)
    shadowing.leave(here.session, row, by=here.user)
    here.session.flush()
    return _changed(row, f"{row.address} sends from now on")


@inbox.get("/setup/<mailbox_id>/shadow/report")
@allow(*EVERYONE)
def shadow_report(mailbox_id: str) -> Response:
    """How near the drafts came, by what was asked."""
    here, row = scope(), setup.load(mailbox_id)
    report = shadows.report(here.session, row)
    return show("inbox/shadow_report.html", mailbox=row, report=report, classes=composer.CLASSES)


@inbox.get("/tickets/<ticket_id>/shadow")
@allow(*EVERYONE)
def shadow_pairs(ticket_id: str) -> Response:
    """The ticket's draft beside what the team really sent, word by word."""
    here, row = scope(), load(ticket_id)
    pairs = [
        (pair, marked(pair.draft.content, pair.real.visible_text))
        for pair in shadows.pairs(here.session, row)
    ]
    return show("inbox/shadow_pairs.html", ticket=row, pairs=pairs, classes=composer.CLASSES)


def _changed(row: Mailbox, say: str) -> Response:
    to = url_for("desk.shadow", mailbox_id=row.id)
    return changed(_PART, to=to, say=say, **_context(row))


def _context(row: Mailbox) -> dict[str, Any]:
    return {"mailbox": row, "is_fresh": sessions.is_fresh()}
