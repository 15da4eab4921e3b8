"""Search insights: the list, one insight, the tables of keywords and pages, exports."""

from __future__ import annotations

from flask import Blueprint

seo = Blueprint("seo", __name__, url_prefix="/<handle>/seo")

from shopapp.seo.views import bulk, details, exports, listing, tables, titling  # noqa: E402, F401
