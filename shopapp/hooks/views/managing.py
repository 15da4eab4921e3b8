"""Settings: the addresses that mail providers post to."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.connections.fetching import fetch_keys_first
from shopapp.hooks import queries
from shopapp.hooks.actions import managing
from shopapp.hooks.views import mail_hooks
from shopapp.mail import queries as mails
from shopapp.refusals import Invalid
from shopapp.web.access import allow, scope
from shopapp.web.htmx import changed, found, invalid, show

PAGE, PART = "hooks/hooks.html", "hooks/_hooks.html"


@mail_hooks.get("")
@allow(Role.ADMIN)
def hooks() -> Response:
    """The store's hooks, or one mailbox's: their last delivery, and what was refused."""
    return show(PAGE, PART, **_page())


@mail_hooks.post("")
@allow(Role.ADMIN, fresh=True)
def hooks_new() -> Response:
    """A hook for a mailbox; its secret is on this answer and nowhere else."""
    here = scope()
    fetch_keys_first(here.session, here.keys.keyring)
    mailbox = found(mails.mailboxes_by_id(here.session).get(request.form.get("mailbox_id", "")))
    try:
        hook, secret = managing.create(
            here.session, mailbox, secret=_secret(), keyring=here.keys.keyring, by=here.user
        )
    except Invalid as refusal:
        return invalid(PAGE, PART, **_page(error=str(refusal)))
    return show(PAGE, PART, **_page(shown=(hook.id, secret)))


@mail_hooks.post("/<hook_id>/secret")
@allow(Role.ADMIN, fresh=True)
def hook_secret(hook_id: str) -> Response:
    """Another secret; the one before is taken for two more days."""
    here = scope()
    fetch_keys_first(here.session, here.keys.keyring)
    hook = found(queries.hook(here.session, hook_id))
    try:
        secret = managing.rotate(
            here.session, hook, secret=_secret(), keyring=here.keys.keyring, by=here.user
        )
    except Invalid as refusal:
        return invalid(PAGE, PART, **_page(error=str(refusal)))
    return show(PAGE, PART, **_page(shown=(hook.id, secret)))


@mail_hooks.post("/<hook_id>/revocation")
@allow(Role.ADMIN, fresh=True)
def hook_revocation(hook_id: str) -> Response:
    """Take nothing there any more."""
    here = scope()
    managing.revoke(here.session, found(queries.hook(here.session, hook_id)), by=here.user)
    here.session.flush()
    to = url_for("mail_hooks.hooks", mailbox=request.args.get("mailbox"))
    return changed(PART, to=to, say="Revoked", **_page())


def _secret() -> str:
    return request.form.get("signing_key", "")


def _page(*, shown: tuple[str, str] | None = None, error: str = "") -> dict[str, Any]:
    here = scope()
    here.session.flush()
    mailboxes = mails.mailboxes_by_id(here.session)
    only = mailboxes.get(request.args.get("mailbox", ""))
    hooks = queries.hooks(here.session)
    return {
        "error": error,
        "hooks": [each for each in hooks if only is None or each.mailbox_id == only.id],
        "mailbox": only,
        "mailboxes": [only] if only else list(mailboxes.values()),
        "base": here.config.base_url,
        "shown": shown,
    }
