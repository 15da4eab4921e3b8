"""Answers: the only file that knows htmx's headers. A view ends in one of four helpers."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from shopapp.web.paths import path_of

VARY = ("HX-Request", "HX-Request-Type")


def is_htmx() -> bool:
    """Whether htmx made this request (and a whole page would be the wrong answer)."""
    return request.headers.get("HX-Request") == "true"


def is_partial() -> bool:
    """Whether htmx will swap the answer into a part of the page."""
    return is_htmx() and request.headers.get("HX-Request-Type") == "partial"


def show(page: str, part: str | None = None, status: int = 200, **context: Any) -> Response:
    """The whole page, or only `part` when htmx asked for a fragment."""
    template = part if part and is_partial() else page
    return make_response(render_template(template, **context), status)


def changed(
    part: str,
    *,
    to: str,
    say: str | None = None,
    tone: str = "success",
    action: tuple[str, str] | None = None,
    **context: Any,
) -> Response:
    """After a write: the fresh fragment with a toast; without htmx a redirect to `to`."""
    if not is_partial():
        if say:
            _flash(say, tone, action)
        return redirect(to, 303)
    messages = [(tone, say, action)] if say else []
    return make_response(
        render_template(part, **context)
        + render_template("layouts/_toasts.html", messages=messages)
        + render_template("layouts/counts.html")
    )


def moved(
    to: str,
    *,
    say: str | None = None,
    tone: str = "success",
    action: tuple[str, str] | None = None,
) -> Response:
    """After a write that ends the page: a real navigation to `to`, with htmx and without."""
    if say:
        _flash(say, tone, action)
    return _navigate(to)


def invalid(page: str, part: str, **context: Any) -> Response:
    """Bad input: 422 with the form again, typed values kept."""
    return show(page, part, 422, **context)


def conflict(page: str, part: str, **context: Any) -> Response:
    """Somebody was faster: 409 with both versions, nothing lost."""
    return show(page, part, 409, **context)


def to_sign_in() -> Response:
    """The sign-in page for a signed-out person, who comes back to the page afterwards."""
    return _ask_first("account.sign_in")


def to_verification() -> Response:
    """The page that asks for the password again, and then leads back."""
    return _ask_first("account.verification")


def page_shown() -> str:
    """The path of the page the browser shows, '' when it is not one of ours or the start page."""
    if is_htmx():
        path = path_of(request.headers.get("HX-Current-URL"), request.host)
    elif request.method in ("GET", "HEAD"):
        path = path_of(request.url, request.host)
    else:
        path = path_of(request.referrer, request.host)
    return "" if path == "/" else path


def found(row: Any) -> Any:
    """`row`, or a 404 when there is none."""
    if row is None:
        abort(404)
    return row


def _flash(say: str, tone: str, action: tuple[str, str] | None = None) -> None:
    said: Any = {"text": say, "action": action}
    flash(said, tone)


def _navigate(to: str) -> Response:
    if is_htmx():
        return make_response("", 200, {"HX-Redirect": to})
    return redirect(to, 303)


def _ask_first(endpoint: str) -> Response:
    url = url_for(endpoint, next=page_shown() or None)
    if is_htmx():
        return make_response("", 401, {"HX-Redirect": url})
    return redirect(url, 303)
