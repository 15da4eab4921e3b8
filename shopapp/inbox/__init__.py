"""Customer mail as tickets, answered by people."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from sqlalchemy import Select, select

from shopapp.accounts.models import Role
from shopapp.web.templating import Entry


def waiting() -> Select[Any]:
    """The open tickets."""
    from shopapp.inbox.models import Ticket, TicketStatus

    return select(Ticket.id).where(
        Ticket.status == TicketStatus.OPEN, Ticket.merged_into_id.is_(None)
    )


NAV = (Entry("Inbox", "inbox", "inbox.tickets", "i", count=waiting),)
SETTINGS: tuple[Entry, ...] = (
    Entry("Mail set-up", "mail", "inbox.setup", "", (Role.ADMIN,), group="Store"),
)


def blueprints() -> tuple[Blueprint, ...]:
    """The area's blueprints."""
    from shopapp.inbox.views import inbox
    from shopapp.inbox.views.consents import connect

    return inbox, connect
