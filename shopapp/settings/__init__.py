"""Thresholds, toggles, connections and members of a store."""

from __future__ import annotations

from flask import Blueprint

from shopapp.accounts.models import Role
from shopapp.web.templating import Entry

NAV = (Entry("Settings", "settings", "settings.thresholds", ",", (Role.ADMIN,)),)
SETTINGS: tuple[Entry, ...] = ()


def blueprints() -> tuple[Blueprint, ...]:
    """The area's blueprints."""
    from shopapp.settings.views import settings

    return (settings,)
