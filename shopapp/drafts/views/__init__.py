"""The drafts' pages: what became of them, what they taught, and the way out for both."""

from __future__ import annotations

from flask import Blueprint

drafts = Blueprint("drafts", __name__, url_prefix="/<handle>/drafts")

from shopapp.drafts.views import (  # noqa: E402
    altering,  # noqa: F401
    editor,  # noqa: F401
    exports,  # noqa: F401
    figures,  # noqa: F401
    one,  # noqa: F401
    overview,  # noqa: F401
    rules,  # noqa: F401
    writing,  # noqa: F401
)
