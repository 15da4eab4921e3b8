"""The inbox's pages: the list, the ticket, its reply, its files, and the mail that came in."""

from __future__ import annotations

from flask import Blueprint

inbox = Blueprint("inbox", __name__, url_prefix="/<handle>/inbox")
desk = Blueprint("desk", __name__, url_prefix="/<handle>/inbox")  # its settings

from shopapp.inbox.queries import origins  # noqa: E402, F401 - says who knows about ticket drafts
from shopapp.inbox.views import (  # noqa: E402
    bulk,  # noqa: F401
    changes,  # noqa: F401
    consents,  # noqa: F401
    customers,  # noqa: F401
    deliverability,  # noqa: F401
    discarding,  # noqa: F401
    disclosing,  # noqa: F401
    evidence,  # noqa: F401
    files,  # noqa: F401
    flagging,  # noqa: F401
    handling,  # noqa: F401
    hiding,  # noqa: F401
    history,  # noqa: F401
    inserts,  # noqa: F401
    intake,  # noqa: F401
    joining,  # noqa: F401
    judging,  # noqa: F401
    knowledge,  # noqa: F401
    levels,  # noqa: F401
    listing,  # noqa: F401
    live,  # noqa: F401
    macros,  # noqa: F401
    macros_in_reply,  # noqa: F401
    mentions,  # noqa: F401
    messages,  # noqa: F401
    outgoing,  # noqa: F401
    overview,  # noqa: F401
    parting,  # noqa: F401
    replies,  # noqa: F401
    reworking,  # noqa: F401
    rules,  # noqa: F401
    setup,  # noqa: F401
    shadowing,  # noqa: F401
    tickets,  # noqa: F401
    tools,  # noqa: F401
    uploads,  # noqa: F401
    work,  # noqa: F401
)
