"""Privacy requests: find a customer, give out what is held, remove it; and what was done before."""

from __future__ import annotations

import tempfile
from typing import Any

from flask import request, send_file, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.connectors.errors import ConnectorError
from shopapp.ops.backups.errors import BackupError
from shopapp.ops.models import RequestKind
from shopapp.ops.privacy import actions, people, queries
from shopapp.ops.privacy.people import Person
from shopapp.ops.privacy.remembering import remember
from shopapp.ops.views import system
from shopapp.refusals import Stale
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import conflict, found, invalid, moved, show

PAGE, PART = "system/privacy.html", "system/_privacy.html"
_IN_MEMORY = 4_000_000  # bytes of an archive before it goes to a temporary file


@system.get("/privacy")
@allow(Role.ADMIN)
def privacy() -> Response:
    """The search, whom it found, and past requests."""
    here = scope()
    return show(PAGE, PART, **_context(here, request.args.get("customer", "").strip()))


@system.post("/privacy/exports")
@allow(Role.ADMIN, fresh=True)
def privacy_export() -> Response:
    """Download all that the store holds about the customer."""
    here = scope()
    person = found(people.named(here.session, _asked()))
    archive = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # sent, then closed
    actions.export_customer(here.session, person, archive, config=here.config, by=here.user)
    archive.seek(0)
    name = f"{here.store.handle}-customer.zip"
    return send_file(archive, "application/zip", as_attachment=True, download_name=name)


@system.post("/privacy/redactions")
@allow(Role.ADMIN, fresh=True)
def privacy_redaction() -> Response:
    """Remove what the store holds about the customer, once the person has typed who it is."""
    here, customer = scope(), _asked()
    person = found(people.named(here.session, customer))
    if request.form.get("confirm", "").strip().lower() != customer.lower():
        error = f"Type {customer} to confirm."
        return invalid(PAGE, PART, **_context(here, customer, person, confirm=error))
    store_id = here.store.id
    here.session.rollback()  # noting it may call a bucket
    try:
        remember(here.config, RequestKind.REDACT_CUSTOMER, store_id, person.hashes)
        actions.redact_customer(here.session, person, config=here.config, by=here.user)
    except (BackupError, ConnectorError) as failure:
        unnoted = f"Nothing was removed, since it could not be noted beside the backups: {failure}"
        return conflict(PAGE, PART, **_context(here, customer, person, refusal=unnoted))
    except Stale as refusal:
        return conflict(PAGE, PART, **_context(here, customer, person, refusal=str(refusal)))
    return moved(url_for("system.privacy"), say="Customer redacted")  # the address named them


def _asked() -> str:
    return request.form.get("customer", "").strip()


def _context(
    here: Scope,
    customer: str,
    person: Person | None = None,
    *,
    confirm: str = "",
    refusal: str = "",
) -> dict[str, Any]:
    if customer and person is None:
        person = people.named(here.session, customer)
    return {
        "customer": customer,
        "person": person,
        "error": confirm,
        "errors": [("confirm", confirm)] if confirm else [],
        "refusal": refusal,
        "past": queries.past_requests(here.session),
    }
