"""Commit once, at the edge: an answer below 400 commits, anything else rolls back."""

from __future__ import annotations

import structlog
from flask import Flask, request
from flask import session as cookie
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from shopapp.db import current_session
from shopapp.web import errors

READING = ("GET", "HEAD", "OPTIONS")
log = structlog.get_logger(__name__)


def install(app: Flask) -> None:
    """Begin and settle every request's session."""
    app.before_request(_begin)
    app.after_request(_settle)


def _begin() -> None:
    current_session().reading = request.method in READING


def _settle(response: Response) -> Response:
    session = current_session()
    if response.status_code >= 400 or session.reading:
        session.rollback()
        return response
    try:
        session.commit()
    except (StaleDataError, IntegrityError) as error:
        log.warning("commit.conflict", error=type(error).__name__)
        return _refused(409)
    except Exception:
        log.exception("commit.failed")
        return _refused(500)
    return response


def _refused(status: int) -> Response:
    """The answer that was ready tells of a success: it and its messages are thrown away."""
    cookie.pop("_flashes", None)
    return errors.answer(status)
