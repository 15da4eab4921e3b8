"""Signing in, invitations, a person's own account, and the store switch."""

from __future__ import annotations

from flask import Blueprint

from shopapp.web.templating import Entry

NAV: tuple[Entry, ...] = ()
SETTINGS: tuple[Entry, ...] = ()


def blueprints() -> tuple[Blueprint, ...]:
    """The area's blueprints."""
    from shopapp.account.views import account

    return (account,)
