"""Inbound webhooks: verify, store, acknowledge."""

from __future__ import annotations

from flask import Blueprint

from shopapp.web.templating import Entry

POSTED = "posted"
"""The blueprint whose requests come from providers, not from forms."""
NAV: tuple[Entry, ...] = ()
SETTINGS: tuple[Entry, ...] = ()  # the hooks are reached from their mailboxes


def blueprints() -> tuple[Blueprint, ...]:
    """The settings' page, and what providers post to."""
    from shopapp.hooks.views import mail_hooks, posted

    return mail_hooks, posted
