"""Today: everything that waits for a decision, best first."""

from __future__ import annotations

from flask import Blueprint

from shopapp.web.templating import Entry

NAV = (Entry("Home", "house", "home.today", "h"),)
SETTINGS: tuple[Entry, ...] = ()


def blueprints() -> tuple[Blueprint, ...]:
    """The area's blueprints."""
    from shopapp.home.views import home

    return (home,)
