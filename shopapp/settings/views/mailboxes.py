"""Mailboxes: the list with how each fares, adding one, and trying what was typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from flask import Response as FlaskResponse
from flask import make_response, request, url_for
from flask_limiter import RequestLimit
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.connections.fetching import fetch_keys_first
from shopapp.connections.models import EventStatus
from shopapp.connections.probing import Check, ask
from shopapp.connectors.errors import ConnectorError
from shopapp.connectors.mail.client import SmtpTransport
from shopapp.connectors.mail.imap import ImapMailbox
from shopapp.connectors.mail.providers import provider_of
from shopapp.connectors.oauth import providers as oauth
from shopapp.connectors.oauth.shapes import Name, Provider
from shopapp.inbox.actions import syncing
from shopapp.inbox.views import consents, setup
from shopapp.mail import connecting, domains, queries
from shopapp.mail.models import Mailbox
from shopapp.refusals import Invalid
from shopapp.settings.forms import MailboxFacts, MailboxForm
from shopapp.settings.views import settings
from shopapp.web import sessions
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import invalid, moved, show
from shopapp.web.limits import limiter

LIST, NEW, FORM = "settings/mailboxes.html", "settings/mailbox_new.html", "settings/_mailbox.html"
TESTS = "6 per minute"


@dataclass(frozen=True, slots=True)
class Tried:
    """What trying the servers on the form said, one check each."""

    checks: Sequence[tuple[str, Check]]

    @property
    def is_good(self) -> bool:
        return all(check.is_good for _, check in self.checks)


NOWHERE = connecting.Servers(None, None)
"""A mailbox that was never connected and stays so."""
ENOUGH = Tried([("Test", Check(EventStatus.WARNING, "Six tests a minute are enough: wait one."))])


@settings.get("/mailboxes")
@allow(Role.ADMIN)
def mailboxes() -> Response:
    """Every mailbox with how it fares, and a field for the address of a new one."""
    here = scope()
    found = {key: domains.findings_of(each) for key, each in domains.checks(here.session).items()}
    rows = [
        (each, setup.domain_badge(found.get(each.id, [])))
        for each in queries.mailboxes(here.session)
    ]
    return show(LIST, rows=rows)


@settings.get("/mailboxes/new")
@allow(Role.ADMIN)
def mailbox_new() -> Response:
    """The form, filled in as far as the address tells."""
    address = request.args.get("address", "").strip()[:254]
    return show(NEW, FORM, **new_context(_suggested(address)))


@settings.post("/mailboxes")
@allow(Role.ADMIN, fresh=True)
def mailbox_creation() -> Response:
    """Connect a new mailbox and begin to read it."""
    here, form = scope(), MailboxForm()
    servers = typed(here, None, form)
    if servers is None:
        return invalid(NEW, FORM, **new_context(form))
    try:
        row = _saved(here, form, servers)
    except Invalid as refusal:
        form.refuse(refusal)
        return invalid(NEW, FORM, **new_context(form))
    return moved(url_for("settings.mailbox", mailbox_id=row.id), say=f"{row.address} is being read")


@settings.post("/mailboxes/consent/<any(google, microsoft):provider>")
@allow(Role.ADMIN, fresh=True)
def mailbox_consent(provider: str) -> Response:
    """Add a mailbox that signs in by consent, and send the admin to its provider."""
    here, form, name = scope(), MailboxFacts(), cast(Name, provider)
    asked = {"consent": oauth.provider(name)}
    if not form.validate():
        return invalid(NEW, FORM, **new_context(form) | asked)
    fetch_keys_first(here.session, here.keys.keyring)
    try:
        row = connecting.save(
            here.session, None, form.typed, None, keyring=here.keys.keyring, by=here.user
        )
        return consents.lead(here, row, name)
    except Invalid as refusal:
        form.refuse(refusal)
    except ConnectorError as error:
        form.refuse(Invalid(" ".join(filter(None, (error.message, error.fix))), "address"))
    return invalid(NEW, FORM, **new_context(form) | asked)


def _too_many(_limit: RequestLimit) -> FlaskResponse:
    return make_response(show(NEW, FORM, 429, **new_context(MailboxForm(), ENOUGH)))


@settings.post("/mailboxes/tests")
@allow(Role.ADMIN)
@limiter.limit(TESTS, key_func=lambda: scope().store.id, on_breach=_too_many)
def mailbox_tests() -> Response:
    """Sign in to the servers as typed; nothing is saved, sent or marked."""
    here, form = scope(), MailboxForm()
    servers = typed(here, None, form)
    if servers is None:
        return invalid(NEW, FORM, **new_context(form))
    tried = try_out(here, servers)
    return (show if tried.is_good else invalid)(NEW, FORM, **new_context(form, tried))


def typed(here: Scope, mailbox: Mailbox | None, form: MailboxForm) -> connecting.Servers | None:
    """The servers on the form, or None with the form saying why not."""
    if not form.validate():
        return None
    try:
        return connecting.as_typed(here.session, mailbox, form.typed, keyring=here.keys.keyring)
    except Invalid as refusal:
        form.refuse(refusal)
    return None


def try_out(here: Scope, servers: connecting.Servers) -> Tried:
    """Ask the servers with no transaction open."""
    here.session.rollback()
    imap = servers.imap
    checks = []
    if imap is not None:
        checks.append(("Incoming mail", ask(ImapMailbox(imap), f"{imap.host}:{imap.port}")))
    if (smtp := servers.smtp) is not None:
        checks.append(("Outgoing mail", ask(SmtpTransport(smtp), f"{smtp.host}:{smtp.port}")))
    return Tried(checks)


def demand(form: MailboxFacts) -> Provider | None:
    """Who asks for consent instead of the password that would be typed here."""
    hosts = [form[name].data or "" for name in ("imap_host", "smtp_host") if name in form]
    asked = (oauth.that_takes_no_password(each) for each in (*hosts, form.address.data or ""))
    return next(filter(None, asked), None)


def new_context(form: MailboxFacts, tried: Tried | None = None) -> dict[str, Any]:
    """What the form of a new mailbox needs."""
    provider = provider_of(form.address.data or "")
    return {
        "form": form,
        "tried": tried,
        "consent": demand(form),
        "mailbox": None,
        "hint": provider.hint if "imap_host" in form else "",
        "is_fresh": sessions.is_fresh(),
    }


def _saved(here: Scope, form: MailboxForm, servers: connecting.Servers) -> Mailbox:
    row = connecting.save(
        here.session, None, form.typed, servers, keyring=here.keys.keyring, by=here.user
    )
    syncing.ring(here.session, row)
    return row


def _suggested(address: str) -> MailboxFacts:
    provider = provider_of(address)
    values: dict[str, Any] = {"address": address, "imap_username": address, "days": "30"}
    values |= {"is_active": True, "smtp_port": provider.smtp.port}
    if oauth.that_takes_no_password(address):
        return MailboxFacts(formdata=None, data=values)
    if "@" in address:
        values |= {"imap_host": provider.imap.host, "smtp_host": provider.smtp.host}
        values |= {"smtp_username": address}
    values |= {"imap_port": provider.imap.port, "imap_security": provider.imap.security}
    values |= {"smtp_security": provider.smtp.security}
    return MailboxForm(formdata=None, data=values)
