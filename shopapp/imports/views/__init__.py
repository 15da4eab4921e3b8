"""Files people bring: the pages."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("imports", __name__, url_prefix="/<handle>/imports")

from shopapp.imports.views import file, files, upload  # noqa: E402, F401
