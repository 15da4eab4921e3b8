"""Throttles: how many tries an address and an account have, in one process or over all."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import ceil
from typing import Any, TypeVar, cast

from flask import Flask, current_app
from flask_limiter import Limiter, RequestLimit
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response

BY_ADDRESS = "10 per minute; 50 per hour"
BY_ACCOUNT = "5 per minute; 30 per hour"
View = TypeVar("View", bound=Callable[..., Any])
_MEMORY = "memory://"
_BRISK = {"socket_connect_timeout": 1, "socket_timeout": 2}  # a page waits for the answer
limiter = Limiter(get_remote_address)


def install(app: Flask) -> None:
    """Keep the counts of `app` where RATELIMIT_STORAGE_URI says, in memory while that is away."""
    uri = app.config["SHOPAPP"].ratelimit_storage_uri
    app.config["RATELIMIT_STORAGE_URI"] = uri
    app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = uri != _MEMORY
    app.config["RATELIMIT_STORAGE_OPTIONS"] = {} if uri == _MEMORY else _BRISK
    limiter.init_app(app)


def throttled(account: Callable[[], str], say: Callable[[int], Response]) -> Callable[[View], View]:
    """Slow down whoever posts bad input (422) to a view, by address and by `account()`.

    `say(seconds)` makes the 429 answer.
    """

    def breached(limit: RequestLimit) -> Response:
        wait = max(1, ceil(limit.reset_at - time.time()))
        response = say(wait)
        response.headers["Retry-After"] = str(wait)
        return response

    def wrap(view: View) -> View:
        rules: dict[str, Any] = {
            "methods": ["POST"],
            "deduct_when": lambda response: response.status_code == 422,
            "on_breach": breached,
        }
        by_account = limiter.limit(BY_ACCOUNT, key_func=account, **rules)
        return cast(View, limiter.limit(BY_ADDRESS, **rules)(by_account(view)))

    return wrap


@limiter.request_filter
def _is_off() -> bool:
    return not current_app.config["SHOPAPP"].ratelimit
