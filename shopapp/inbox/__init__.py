"""Customer mail as tickets, answered by people."""

from __future__ import annotations

from flask import Blueprint

from shopapp.web.templating import Entry

NAV = (Entry("Inbox", "inbox", "inbox.tickets", "i"),)
SETTINGS: tuple[Entry, ...] = ()


def blueprints() -> tuple[Blueprint, ...]:
    """The area's blueprints."""
    from shopapp.inbox.views import inbox

    return (inbox,)
