"""What sells how fast, and what is bought from whom: the pages."""

from __future__ import annotations

from flask import Blueprint

purchasing = Blueprint("purchasing", __name__, url_prefix="/<handle>/purchasing")

from shopapp.purchasing.views import (  # noqa: E402
    editor,  # noqa: F401
    files,  # noqa: F401
    listing,  # noqa: F401
    mailing,  # noqa: F401
    offers,  # noqa: F401
    steps,  # noqa: F401
    terms,  # noqa: F401
    velocity,  # noqa: F401
    vendors,  # noqa: F401
)
