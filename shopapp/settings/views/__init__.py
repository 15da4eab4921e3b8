"""The settings' pages: one form a page, admins only."""

from __future__ import annotations

from flask import Blueprint

settings = Blueprint("settings", __name__, url_prefix="/<handle>/settings")

from shopapp.settings.views import (  # noqa: E402, F401
    ai_drafts,
    audit,
    automations,
    connections,
    general,
    mailbox,
    mailboxes,
    team,
    thresholds,
    writers,
)
