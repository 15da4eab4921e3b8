"""For machines: /healthz (the process lives), /readyz (it can answer), /metrics (how it fares)."""

from __future__ import annotations

from hmac import compare_digest

from flask import Blueprint, abort, current_app, jsonify, request
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from werkzeug.wrappers import Response

from shopapp.config import LOOPBACK, Config
from shopapp.db import db
from shopapp.ops import readiness
from shopapp.ops.exposition import Exposition
from shopapp.web.access import public
from shopapp.web.measuring import recorder

health = Blueprint("health", __name__)
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")


@health.get("/healthz")
@public
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@health.get("/readyz")
@public
def readyz() -> Response:
    """The database answers and is at this code's revision; 503 with the reason when not."""
    reason = readiness.obstacle(db.engine)
    response = jsonify(status=reason or "ready")
    response.status_code = 503 if reason else 200
    return response


@health.get("/metrics")
@public
def metrics() -> Response:
    """Numbers for Prometheus, for whom they are meant."""
    config: Config = current_app.config["SHOPAPP"]
    if config.metrics_token:
        _ask_for(config.metrics_token)
    elif not _comes_from_here(config):
        abort(403, "Set METRICS_TOKEN to read /metrics from elsewhere.")
    return Response(_exposition(config).text(), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _ask_for(token: str) -> None:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not compare_digest(given.encode(), token.encode()):
        abort(401)


def _comes_from_here(config: Config) -> bool:
    """A proxy on this machine is no loopback either: what it forwards comes from anywhere."""
    is_forwarded = any(name in request.headers for name in _FORWARDED)
    return not config.public_url and not is_forwarded and request.remote_addr in LOOPBACK


def _exposition(config: Config) -> Exposition:
    made: Exposition = current_app.extensions.setdefault(
        "shopapp_exposition", Exposition(db.engine, config, recorder())
    )
    return made
