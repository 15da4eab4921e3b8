"""Today: the pages."""

from __future__ import annotations

from flask import Blueprint

home = Blueprint("home", __name__, url_prefix="/<handle:handle>")

from shopapp.home.views import decisions, figures, menu, palette, shortcuts, today  # noqa: E402, F401
