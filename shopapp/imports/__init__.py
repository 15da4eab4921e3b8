"""Files people bring: checked, shown, then imported whole or not at all."""

from __future__ import annotations

from flask import Blueprint

from shopapp.accounts.models import Role
from shopapp.web.templating import Entry

NAV: tuple[Entry, ...] = ()
SETTINGS = (
    Entry("Imports", "upload", "imports.files", "", (Role.ADMIN, Role.AGENT), group="Data"),
)


def blueprints() -> tuple[Blueprint, ...]:
    """The area's blueprints."""
    from shopapp.imports.views import blueprint

    return (blueprint,)
