"""What a request cost: X-Queries and Server-Timing when the debug switch is on."""

from __future__ import annotations

import time
from typing import Any

from flask import Flask, g, has_request_context
from sqlalchemy import event
from werkzeug.wrappers import Response

from shopapp.db import db


def install(app: Flask) -> None:
    """Count statements and time, only when SHOPAPP_DEBUG_HEADERS is set."""
    if not app.config["SHOPAPP"].debug_headers:
        return
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", _count)
    app.before_request(_start)
    app.after_request(_report)


def _start() -> None:
    g.started = time.perf_counter()
    g.queries = 0


def _count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    """Every statement of the page; BEGIN and the binding to a store are not the page's."""
    is_ours = statement.startswith("BEGIN") or "set_config" in statement
    if has_request_context() and "queries" in g and not is_ours:
        g.queries += 1


def _report(response: Response) -> Response:
    if "started" in g:
        milliseconds = (time.perf_counter() - g.started) * 1000
        response.headers["X-Queries"] = str(g.queries)
        response.headers["Server-Timing"] = f"app;dur={milliseconds:.1f}"
    return response
