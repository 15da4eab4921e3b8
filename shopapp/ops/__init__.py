"""Running shopapp: serving, seeding, keeping its data safe; and the pages that show all that."""

from __future__ import annotations

from flask import Blueprint

from shopapp.accounts.models import Role
from shopapp.web.templating import Entry

NAV: tuple[Entry, ...] = ()
SETTINGS = (
    Entry("Doctor", "activity", "system.doctor", "", (Role.ADMIN,)),
    Entry("Studio", "database", "system.studio", "", (Role.ADMIN,)),
)


def blueprints() -> tuple[Blueprint, ...]:
    """The blueprints of the pages."""
    from shopapp.ops.views import system
    from shopapp.ops.views.health import health

    return (system, health)
