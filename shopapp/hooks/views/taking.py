"""POST /hooks/mail/<token>: a provider hands a mail over; 200 means that it is kept."""

from __future__ import annotations

import structlog
from flask import current_app, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from shopapp.connectors.errors import ConnectorError
from shopapp.crypto.keyrings import KeyringError
from shopapp.hooks.actions import taking
from shopapp.hooks.envelopes import Unusable, delivery_in
from shopapp.hooks.views import posted
from shopapp.web.access import public
from shopapp.web.limits import limiter

log = structlog.get_logger(__name__)
LIMIT = 70 * 1024 * 1024
"""Bytes of a request: a mail of 50 MB in JSON or a form is larger than itself."""
_AGAIN = "It could not be stored just now. Try again."


@posted.post("/mail/<token>")
@public
@limiter.limit("600 per minute", key_func=lambda: str(request.view_args))
@limiter.limit("60 per minute", deduct_when=lambda response: response.status_code in (401, 404))
def mail(token: str) -> Response:
    """Verify, store, acknowledge; whatever else goes wrong is a 5xx, so that it comes again."""
    if not taking.is_known(token):
        return _said(404, "There is no hook at this address.")
    if (request.content_length or 0) > LIMIT:
        return _said(413, "The mail is larger than 50 MB.")
    keyring = current_app.extensions["shopapp_keys"].keyring
    try:
        config = current_app.config["SHOPAPP"]
        is_new = taking.take(token, _posted(), keyring=keyring, config=config)
    except taking.Refused as refusal:
        return _said(refusal.status, str(refusal))
    except (SQLAlchemyError, OSError, KeyringError, ConnectorError):
        log.exception("hook.failed")
        return _said(503, _AGAIN)
    return _said(200, "Stored." if is_new else "Here already.")


def _posted() -> taking.Posted:
    request.max_content_length = LIMIT
    body, headers = request.get_data(cache=False), dict(request.headers.items())
    try:
        found = delivery_in(body, request.content_type or "message/rfc822")
    except Unusable as error:
        return taking.Posted(body, headers, problem=str(error))
    return taking.Posted(body, headers, found.raw, found.fields)


def _said(status: int, sentence: str) -> Response:
    return Response(f"{sentence}\n", status, mimetype="text/plain")
