"""Headers of every answer: content policy, caching, request id; and which Host is ours."""

from __future__ import annotations

import re
import secrets
from urllib.parse import urlsplit

import structlog
from flask import Flask, abort, current_app, g, request
from werkzeug.wrappers import Response

from shopapp.web.htmx import VARY

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src {images}; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_ELSEWHERE = "This form was sent from another site. Open the page here and try again."


def install(app: Flask) -> None:
    """Name the request, refuse foreign hosts and forged origins, and dress every answer."""
    app.before_request(_name_the_request)
    app.before_request(_refuse_foreign_host)
    app.before_request(_refuse_foreign_origin)
    app.after_request(dress)


def allow_remote_images() -> None:
    """This answer may show pictures from elsewhere, because the person asked for them."""
    g.images = "'self' data: https:"


def dress(response: Response) -> Response:
    """Put the house's headers on an answer; those it brings stay. Twice is as good as once."""
    for name, value in _FIXED.items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-ID"] = g.get("request_id", "")
    images = g.get("images", "'self' data:")
    response.headers.setdefault("Content-Security-Policy", POLICY.format(images=images))
    if current_app.config["SHOPAPP"].is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if response.mimetype == "text/html":
        response.vary.update(VARY)
    return response


def _name_the_request() -> None:
    given = request.headers.get("X-Request-ID", "")
    trusted = current_app.config["SHOPAPP"].trusted_proxies and _REQUEST_ID.fullmatch(given)
    g.request_id = given if trusted else secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _refuse_foreign_host() -> None:
    """Health probes come with whatever name the network gives this machine."""
    if request.blueprint == "health" or _host_name() in current_app.config["SHOPAPP"].hosts:
        return
    abort(400, "This address is not one shopapp answers to. Set PUBLIC_URL to it if it is yours.")


def _host_name() -> str:
    try:
        return urlsplit(f"//{request.host}").hostname or ""
    except ValueError:
        return ""


def _refuse_foreign_origin() -> None:
    """A second wall beside the CSRF token: browsers say where a write comes from."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        abort(400, _ELSEWHERE)
    origin = request.headers.get("Origin")
    if site is None and origin is not None and origin.partition("://")[2] != request.host:
        abort(400, _ELSEWHERE)
