"""Health: /healthz says the process lives, /readyz that its database answers."""

from __future__ import annotations

from flask import Blueprint, Flask, jsonify
from sqlalchemy import literal, select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from shopapp.db import current_session
from shopapp.web.access import public

health = Blueprint("health", __name__)


def install(app: Flask) -> None:
    """Serve both probes."""
    app.register_blueprint(health)


@health.get("/healthz")
@public
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@health.get("/readyz")
@public
def readyz() -> Response:
    """The database answers; 503 when it does not."""
    try:
        current_session().execute(select(literal(1)))
    except SQLAlchemyError:
        response = jsonify(status="database unreachable")
        response.status_code = 503
        return response
    return jsonify(status="ready")
