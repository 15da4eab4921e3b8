"""General settings, thresholds, automations, connections, members and the audit log."""

from __future__ import annotations

from flask import Blueprint

from shopapp.accounts.models import Role
from shopapp.web.templating import Entry

ADMINS = (Role.ADMIN,)
NAV = (Entry("Settings", "settings", "settings.general", ",", ADMINS),)
SETTINGS = (
    Entry("General", "store", "settings.general", "", ADMINS),
    Entry("Thresholds", "sliders-horizontal", "settings.thresholds", "", ADMINS),
    Entry("Automations", "zap", "settings.automations", "", ADMINS),
    Entry("Connections", "plug", "settings.connections", "", ADMINS),
    Entry("Team", "users", "settings.team", "", ADMINS),
    Entry("Audit log", "history", "settings.audit", "", ADMINS),
)


def blueprints() -> tuple[Blueprint, ...]:
    """The area's blueprints."""
    from shopapp.settings.views import settings

    return (settings,)
