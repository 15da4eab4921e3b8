"""The system's pages, for admins: how the installation fares, and what can be done about it."""

from __future__ import annotations

from flask import Blueprint

system = Blueprint("system", __name__, url_prefix="/<handle>/system")

from shopapp.ops.views import (  # noqa: E402, F401
    backups,
    doctor,
    jobs,
    leaving,
    privacy,
    retention,
    studio,
)
