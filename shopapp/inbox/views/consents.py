"""Consent of a mailbox's owner: asked for, answered at one fixed address, and given back."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, current_app, redirect, request, url_for
from flask import session as cookie
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.connections import applications
from shopapp.connections.fetching import fetch_keys_first
from shopapp.connectors.errors import ConnectorError
from shopapp.connectors.oauth import client
from shopapp.connectors.oauth.shapes import NAMES, Grant, Name, Question
from shopapp.inbox.actions import syncing
from shopapp.inbox.views import desk, setup
from shopapp.mail import consenting, queries
from shopapp.mail.models import Mailbox
from shopapp.refusals import Invalid
from shopapp.tenancy import store_of, store_transaction
from shopapp.web.access import Scope, allow, scope, signed_in
from shopapp.web.htmx import changed, invalid, is_htmx, moved, show

connect = Blueprint("connect", __name__, url_prefix="/connect")
MINUTES = 10  # how long an answer may take
_ASKED = "consent"  # in the signed cookie: what must not travel through the provider
_PAGE, _PART = "inbox/consents.html", "inbox/_sign_in.html"
_STALE = "This consent was not asked for here, or too long ago. Press Connect again."
_DENIED = "No consent was given, so nothing was changed."


@desk.get("/setup/<mailbox_id>")
@allow(Role.ADMIN)
def consents(mailbox_id: str) -> Response:
    """How the mailbox signs in, and who may be asked for consent."""
    here = scope()
    return show(_PAGE, **setup.sign_in(here, setup.load(mailbox_id)))


@desk.post("/setup/<mailbox_id>/consent/<any(google, microsoft):provider>")
@allow(Role.ADMIN, fresh=True)
def consent(mailbox_id: str, provider: str) -> Response:
    """Ask the mailbox's owner."""
    here = scope()
    fetch_keys_first(here.session, here.keys.keyring)
    row = setup.load(mailbox_id)
    try:
        return lead(here, row, cast(Name, provider))
    except ConnectorError as error:
        return invalid(_PAGE, _PART, **setup.sign_in(here, row, _said(error)))


def lead(here: Scope, row: Mailbox, name: Name) -> Response:
    """Send the admin to the provider; what proves the answer stays in this browser's cookie.

    A form of ours may not lead to another site (form-action), so without htmx a link does. The
    keys have been fetched. Raises ConnectorError when this installation is not registered there.
    """
    asking = applications.client(here.session, name, keyring=here.keys.keyring, config=here.config)
    asked = client.question(_signed(here, row.id, name))
    cookie[_ASKED] = {"nonce": asked.nonce, "verifier": asked.verifier, "state": asked.state}
    url = asking.address(asked, row.address)
    if is_htmx():
        return moved(url)
    return show("inbox/consent.html", mailbox=row, url=url, title=asking.provider.title)


@connect.get("/<any(google, microsoft):provider>/callback")
@signed_in
def callback(provider: str) -> Response:
    """Where every answer arrives; a state of ours leads on into its store, anything else home."""
    told = _read(_key(), request.args.get("state", ""))
    if told is None or told["provider"] != provider:
        return redirect(url_for("account.start"), 303)
    words: dict[str, Any] = {
        name: request.args[name] for name in ("code", "error", "state") if name in request.args
    }
    return redirect(url_for("desk.consent_answer", handle=told["store"], **words), 303)


@desk.get("/setup/consent")
@allow(Role.ADMIN)
def consent_answer() -> Response:
    """Exchange the code, with no transaction open, and connect the mailbox."""
    here, asked = scope(), cookie.pop(_ASKED, None)
    told = _read(here.keys.secret_key, request.args.get("state", ""))
    if not _is_ours(here, told, asked) or told is None:
        return moved(url_for("settings.mailboxes"), say=_STALE, tone="critical")
    row = setup.load(told["mailbox"])
    to = url_for(".consents", mailbox_id=row.id)
    if "code" not in request.args:
        return moved(to, say=_DENIED, tone="caution")
    try:
        _connect(here, row.id, cast(Name, told["provider"]), Question(**asked))
    except ConnectorError as error:
        return moved(to, say=_said(error), tone="critical")
    except Invalid as refusal:
        return moved(to, say=str(refusal), tone="critical")
    return moved(to, say="Connected")


@desk.post("/setup/<mailbox_id>/consent/removal")
@allow(Role.ADMIN, fresh=True)
def consent_removal(mailbox_id: str) -> Response:
    """Disconnect: the tokens are forgotten."""
    here, row = scope(), setup.load(mailbox_id)
    consenting.disconnect(here.session, row, by=here.user)
    here.session.flush()
    to = url_for(".consents", mailbox_id=row.id)
    return changed(_PART, to=to, say="Disconnected", **setup.sign_in(here, row))


@desk.post("/setup/applications/<any(google, microsoft):provider>")
@allow(Role.ADMIN, fresh=True)
def consent_application(provider: str) -> Response:
    """Save the store's own client id and secret; an empty id goes back to the installation's."""
    here, name = scope(), cast(Name, provider)
    client_id, secret = (request.form.get(key, "").strip() for key in ("client_id", "secret"))
    part = "inbox/_applications.html"
    if client_id and not secret and client_id != applications.own_client_id(here.session, name):
        said = "A new client id needs its client secret."
        return invalid("inbox/setup.html", part, **setup.registrations(here, said, name))
    fetch_keys_first(here.session, here.keys.keyring)
    applications.keep(
        here.session,
        here.settings,
        name,
        client_id=client_id[:200],
        client_secret=secret[:400],
        keyring=here.keys.keyring,
        by=here.user,
    )
    here.session.flush()
    context = setup.registrations(here)
    return changed(part, to=url_for(".setup"), say="Saved", **context)


def _connect(here: Scope, mailbox_id: str, name: Name, asked: Question) -> None:
    store_id, keyring = store_of(here.session), here.keys.keyring
    fetch_keys_first(here.session, keyring)
    asking = applications.client(here.session, name, keyring=keyring, config=here.config)
    by = here.user.id
    here.session.rollback()
    grant: Grant = asking.exchange(request.args["code"], asked)
    with store_transaction(store_id) as own:
        row: Mailbox | None = queries.mailbox(own, mailbox_id)
        person = own.get(type(here.user), by)
        if row is not None and person is not None:
            consenting.connect(own, row, asking.provider, grant, keyring=keyring, by=person)
            syncing.ring(own, row)


def _said(error: ConnectorError) -> str:
    return " ".join(filter(None, (error.message, error.fix)))


def _signed(here: Scope, mailbox_id: str, name: Name) -> str:
    told = {"store": here.store.handle, "mailbox": mailbox_id, "provider": name}
    return _serializer(here.keys.secret_key).dumps(told | {"person": here.user.id})


def _read(key: str, state: str) -> dict[str, str] | None:
    try:
        told = _serializer(key).loads(state, max_age=MINUTES * 60)
    except BadData:
        return None
    return told if isinstance(told, dict) and told.get("provider") in NAMES else None


def _is_ours(here: Scope, told: dict[str, str] | None, asked: dict[str, str] | None) -> bool:
    """Asked in this browser, by this person, for this store; and answered for the first time."""
    if told is None or not asked or asked.get("state") != request.args.get("state"):
        return False
    return (told["store"], told["person"]) == (here.store.handle, here.user.id)


def _serializer(key: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(key, salt="mailbox-consent")


def _key() -> str:
    """The installation's signing key, on a page outside of a store."""
    return str(current_app.extensions["shopapp_keys"].secret_key)
