"""General settings, thresholds, automations, connections, members and the audit log."""

from __future__ import annotations

from flask import Blueprint

from shopapp.accounts.models import Role
from shopapp.web.templating import Entry

ADMINS = (Role.ADMIN,)
DESK = ("desk.setup", "desk.consents", "desk.consent", "desk.domain", "desk.shadow")
NAV = (
    Entry(
        *("Settings", "settings", "settings.general", ",", ADMINS),
        covers=("system", "imports", "desk", "mail_hooks"),
    ),
)
SETTINGS = (
    Entry("General", "store", "settings.general", "", ADMINS, group="Store"),
    Entry("Thresholds", "sliders-horizontal", "settings.thresholds", "", ADMINS, group="Store"),
    Entry("Automations", "zap", "settings.automations", "", ADMINS, group="Store"),
    Entry("Connections", "plug", "settings.connections", "", ADMINS, group="Store"),
    Entry(
        *("Mailboxes", "mail", "settings.mailboxes", "", ADMINS),
        group="Store",
        covers=("settings.mailbox", "mail_hooks.hooks", *DESK),
    ),
    Entry("Team", "users", "settings.team", "", ADMINS, group="Store"),
    Entry("Audit log", "history", "settings.audit", "", ADMINS, group="Store"),
)


def blueprints() -> tuple[Blueprint, ...]:
    """The area's blueprints."""
    from shopapp.settings.views import settings

    return (settings,)
