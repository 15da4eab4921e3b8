"""Error answers: a page inside the shell, or a short fragment for htmx; never a stack trace."""

from __future__ import annotations

import structlog
from flask import Flask, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from shopapp.db import current_session
from shopapp.refusals import Invalid, NotAllowed, Refused, Stale
from shopapp.web import access, htmx, sessions
from shopapp.web.paths import path_of

log = structlog.get_logger(__name__)

PAGES = (400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503)
_STATUS: dict[type[Refused], int] = {Stale: 409, NotAllowed: 403, Invalid: 422}


def install(app: Flask) -> None:
    """Answer every error in the house's own words."""
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(StaleDataError, _overtaken)
    app.register_error_handler(IntegrityError, _overtaken)
    app.register_error_handler(Exception, _crash)


def answer(status: int, message: str | None = None) -> Response:
    """The error page for `status`, or a short fragment for htmx; `message` replaces its advice."""
    current_session().rollback()
    try:
        return make_response(_page(status, message or ""), status)
    except Exception:
        log.exception("error_page.crashed")
        words = f"Something broke on our side. Request {g.get('request_id', '')}\n"
        return make_response(words, 500, {"Content-Type": "text/plain; charset=utf-8"})


def _page(status: int, message: str) -> str:
    code = status if status in PAGES else 400 if status < 500 else 500
    may_pass = status >= 429 and request.method == "GET"
    retry_url = path_of(request.url, request.host) if may_pass else ""
    return render_template(f"errors/{code}.html", code=code, message=message, retry_url=retry_url)


def _csrf(_error: CSRFError) -> Response:
    if not access.is_open() and sessions.person() is None:
        return htmx.to_sign_in()
    return answer(400, "This form was open for too long. Reload the page; then send it again.")


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400 or error.response is not None:
        return error.get_response()
    response = answer(status, vars(error).get("description"))
    kept = ("Allow", "Retry-After")
    response.headers.extend((name, text) for name, text in error.get_headers() if name in kept)
    return response


def _refused(error: Refused) -> Response:
    return answer(_STATUS.get(type(error), 409), str(error))


def _overtaken(error: Exception) -> Response:
    """Two wrote at once: this one comes second, whether its view or the commit found out."""
    log.warning("request.overtaken", error=type(error).__name__, path=request.path)
    return answer(409)


def _crash(_error: Exception) -> Response:
    log.exception("request.crashed", path=request.path, method=request.method)
    g.pop("scope", None)  # the shell would ask a broken session for its rows
    return answer(500)
