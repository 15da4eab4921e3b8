"""The inbox's pages: the list, the ticket, its reply, its files, and the mail that came in."""

from __future__ import annotations

from flask import Blueprint

inbox = Blueprint("inbox", __name__, url_prefix="/<handle>/inbox")

from shopapp.inbox.views import (  # noqa: E402, F401
    consents,
    customers,
    deliverability,
    files,
    flagging,
    intake,
    listing,
    replies,
    setup,
    shadowing,
    tickets,
)
