"""One mailbox: its servers, and the ledger that says whether anything is missing."""

from __future__ import annotations

from typing import Any

from flask import Response as FlaskResponse
from flask import make_response, request, url_for
from flask_limiter import RequestLimit
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.connections.queries import latest_events
from shopapp.connectors.mail.imap_shapes import shown
from shopapp.inbox.actions import syncing
from shopapp.jobs.ledger import active
from shopapp.jobs.queries import progress
from shopapp.mail import connecting, consenting, health, ledgers, queries
from shopapp.mail.models import Mailbox, SignIn
from shopapp.refusals import Invalid
from shopapp.settings.forms import MailboxFacts, MailboxForm
from shopapp.settings.views import settings
from shopapp.settings.views.mailboxes import ENOUGH, NOWHERE, TESTS, Tried, demand, try_out, typed
from shopapp.web import sessions
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import changed, found, invalid, moved, show
from shopapp.web.limits import limiter

PAGE, FORM = "settings/mailbox.html", "settings/_mailbox.html"
LEDGER = "settings/_mailbox_ledger.html"


@settings.get("/mailboxes/<mailbox_id>")
@allow(Role.ADMIN)
def mailbox(mailbox_id: str) -> Response:
    """The page; while the mailbox is being read the ledger asks for itself again."""
    here = scope()
    row = _row(here, mailbox_id)
    return show(PAGE, LEDGER, **_context(here, row, _filled(row)))


@settings.post("/mailboxes/<mailbox_id>")
@allow(Role.ADMIN, fresh=True)
def mailbox_change(mailbox_id: str) -> Response:
    """Save it; empty passwords keep the saved ones."""
    here = scope()
    row = _row(here, mailbox_id)
    form = _form(row)
    if not _saved(here, row, form):
        return invalid(PAGE, FORM, **_context(here, _row(here, mailbox_id), form))
    if row.imap:
        syncing.ring(here.session, row, thorough=True)
    return moved(url_for(".mailbox", mailbox_id=row.id), say="Mailbox saved")


def _form(row: Mailbox) -> MailboxFacts:
    """As typed; whose servers a consent brought has none to type."""
    return MailboxForm() if row.sign_in is SignIn.PASSWORD else MailboxFacts()


def _saved(here: Scope, row: Mailbox, form: MailboxFacts) -> bool:
    """Whether what was typed is kept; else the form says why not."""
    if isinstance(form, MailboxForm):
        servers = typed(here, row, form)
        return servers is not None and _kept(here, row, form, form.typed, servers)
    whose = {"address": row.address}  # it stays with whoever consented
    return form.validate() and _kept(here, row, form, form.typed | whose, None)


def _kept(
    here: Scope,
    row: Mailbox,
    form: MailboxFacts,
    values: dict[str, Any],
    servers: connecting.Servers | None,
) -> bool:
    try:
        connecting.save(here.session, row, values, servers, keyring=here.keys.keyring, by=here.user)
    except Invalid as refusal:
        form.refuse(refusal)
        return False
    return True


def _too_many(_limit: RequestLimit) -> FlaskResponse:
    here = scope()
    row = _row(here, (request.view_args or {}).get("mailbox_id", ""))
    return make_response(show(PAGE, FORM, 429, **_context(here, row, MailboxForm(), ENOUGH)))


@settings.post("/mailboxes/<mailbox_id>/tests")
@allow(Role.ADMIN)
@limiter.limit(TESTS, key_func=lambda: scope().store.id, on_breach=_too_many)
def mailbox_trial(mailbox_id: str) -> Response:
    """Sign in to the servers as typed; nothing is saved, sent or marked."""
    here, form = scope(), MailboxForm()
    servers = typed(here, _row(here, mailbox_id), form)
    if servers == NOWHERE:
        form.refuse(Invalid("Enter the mail server's name.", "imap_host"))
    tried = try_out(here, servers) if servers and servers != NOWHERE else None
    context = _context(here, _row(here, mailbox_id), form, tried)
    return (show if tried and tried.is_good else invalid)(PAGE, FORM, **context)


@settings.post("/mailboxes/<mailbox_id>/reading")
@allow(Role.ADMIN)
def mailbox_reading(mailbox_id: str) -> Response:
    """Read it now; `all`: hold everything on the server against what we keep."""
    here = scope()
    row = _row(here, mailbox_id)
    syncing.ring(here.session, row, thorough=bool(request.form.get("all")))
    return _changed(here, row, "Reading the mailbox")


@settings.post("/mailboxes/<mailbox_id>/folders")
@allow(Role.ADMIN)
def mailbox_folders(mailbox_id: str) -> Response:
    """Read a folder from now on, or no more."""
    here = scope()
    row, name = _row(here, mailbox_id), request.form.get("folder", "")
    on = request.form.get("read") == "1"
    try:
        connecting.follow(here.session, row, name, on=on, by=here.user)
    except Invalid as refusal:
        return invalid(PAGE, LEDGER, **_context(here, row, _filled(row), refusal=str(refusal)))
    if on:
        syncing.ring(here.session, row)
    return _changed(here, row, f"{shown(name)} is {'read' if on else 'not read'} from now on")


@settings.post("/mailboxes/<mailbox_id>/removal")
@allow(Role.ADMIN, fresh=True)
def mailbox_removal(mailbox_id: str) -> Response:
    """Disconnect it: nothing is read any more, and its passwords or consent are forgotten."""
    here = scope()
    row = _row(here, mailbox_id)
    if row.sign_in is SignIn.PASSWORD:
        connecting.disconnect(here.session, row, by=here.user)
    else:
        consenting.disconnect(here.session, row, by=here.user)
    return moved(url_for(".mailbox", mailbox_id=row.id), say=f"{row.address} is disconnected")


def _row(here: Scope, mailbox_id: str) -> Mailbox:
    row: Mailbox = found(queries.mailbox(here.session, mailbox_id))
    return row


def _changed(here: Scope, row: Mailbox, say: str) -> Response:
    here.session.flush()
    to = url_for(".mailbox", mailbox_id=row.id)
    return changed(LEDGER, to=to, say=say, **_context(here, row, _filled(row)))


def _context(
    here: Scope, row: Mailbox, form: MailboxFacts, tried: Tried | None = None, *, refusal: str = ""
) -> dict[str, Any]:
    job = active(here.session, f"{syncing.SYNC}:{row.id}")
    return {
        "form": form,
        "tried": tried,
        "mailbox": row,
        "hint": "",
        "consent": demand(form),
        "is_fresh": sessions.is_fresh(),
        "ledger": ledgers.ledger(here.session, row.id),
        "quarantined": queries.quarantined_of(here.session, row.id),
        "refused": [(shown(n), uid, why) for n, uid, why in ledgers.refused(here.session, row.id)],
        "events": latest_events(here.session, health.integration(row), 10),
        "work": progress(job) if job else None,
        "refusal": refusal,
        "shown": shown,
    }


def _filled(row: Mailbox) -> MailboxFacts:
    """The form as saved, without the passwords."""
    plain = ("address", "display_name", "signature", "is_default", "is_active")
    values: dict[str, Any] = {name: getattr(row, name) for name in plain}
    values["days"] = "kept" if row.imap else "30"
    if row.sign_in is not SignIn.PASSWORD:
        return MailboxFacts(formdata=None, data=values)
    values |= {"imap_port": 993, "smtp_port": 465, "smtp_security": "tls"}
    for kind in ("imap", "smtp"):
        values |= {f"{kind}_{k}": v for k, v in (getattr(row, kind) or {}).items() if k != "since"}
    return MailboxForm(formdata=None, data=values)
