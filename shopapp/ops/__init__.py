"""Running shopapp: serving, seeding, keeping its data safe; and the pages that show all that."""

from __future__ import annotations

from flask import Blueprint

from shopapp.accounts.models import Role
from shopapp.web.templating import Entry

ADMINS = (Role.ADMIN,)
NAV: tuple[Entry, ...] = ()
SETTINGS: tuple[Entry, ...] = (
    Entry("Retention", "hourglass", "system.retention", "", ADMINS, group="Data"),
    Entry("Privacy", "eye-off", "system.privacy", "", ADMINS, group="Data"),
    Entry("Backups", "archive-restore", "system.backups", "", ADMINS, group="System"),
    Entry("Jobs", "activity", "system.jobs", "", ADMINS, group="System"),
    Entry("Doctor", "gauge", "system.doctor", "", ADMINS, group="System"),
    Entry("Studio", "database", "system.studio", "", ADMINS, group="System"),
)


def blueprints() -> tuple[Blueprint, ...]:
    """The blueprints of the pages."""
    from shopapp.ops.views import system
    from shopapp.ops.views.health import health

    return (system, health)
