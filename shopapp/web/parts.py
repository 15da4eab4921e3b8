"""The components page: every macro in every state, in development only."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from shopapp import clock
from shopapp.web.access import public
from shopapp.web.htmx import show

dev = Blueprint("dev", __name__, url_prefix="/dev")

CHANGES = (
    ("equal", "Hi Ann, your order "),
    ("delete", "was sent"),
    ("insert", "left our workshop"),
    ("equal", " yesterday."),
)


@dev.route("/parts", methods=["GET", "POST"])
@public
def parts() -> Response:
    """The page; its example forms post to it and change nothing."""
    if request.method == "POST":
        return redirect(url_for("dev.parts"), 303)
    moment = clock.now() - timedelta(minutes=4)
    return show("dev/parts.html", example_time=moment, text_diff=CHANGES)
