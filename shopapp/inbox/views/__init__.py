"""The inbox's pages: the list, the ticket, its reply, its files, and the mail that came in."""

from __future__ import annotations

from flask import Blueprint

inbox = Blueprint("inbox", __name__, url_prefix="/<handle>/inbox")

from shopapp.inbox.views import (  # noqa: E402
    bulk,  # noqa: F401
    files,  # noqa: F401
    flagging,  # noqa: F401
    intake,  # noqa: F401
    listing,  # noqa: F401
    overview,  # noqa: F401
    replies,  # noqa: F401
    tickets,  # noqa: F401
)
