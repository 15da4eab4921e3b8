"""Drafts: what a machine proposes, what a person made of it, and what that teaches."""

from __future__ import annotations

from flask import Blueprint

from shopapp.accounts.models import Role
from shopapp.web.templating import Entry

NAV = (Entry("Drafts", "sparkles", "drafts.overview", "d", covers=("gaps",)),)
SETTINGS: tuple[Entry, ...] = (
    Entry("AI drafts", "sparkles", "settings.ai_drafts", "", (Role.ADMIN,), group="Drafts"),
)


def blueprints() -> tuple[Blueprint, ...]:
    """The area's blueprints."""
    from shopapp.drafts.views import drafts

    return (drafts,)
