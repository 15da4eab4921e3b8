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
ADMINS = (Role.ADMIN,)
SETTINGS: tuple[Entry, ...] = (
    Entry(
        "Macros",
        "message-square-text",
        "inbox.macros",
        "",
        (Role.ADMIN, Role.AGENT),
        group="Inbox",
        covers=("inbox.macro",),
    ),
    Entry(
        "Knowledge",
        "book-open",
        "inbox.knowledge",
        "",
        (Role.ADMIN, Role.AGENT),
        group="Inbox",
        covers=("inbox.article", "inbox.article_new"),
    ),
    Entry("Service levels", "timer", "desk.levels", "", ADMINS, group="Inbox"),
    Entry("Ticket handling", "inbox", "desk.handling", "", ADMINS, group="Inbox"),
    Entry("Rules", "zap", "desk.rules", "", ADMINS, group="Inbox", covers=("desk.rule",)),
    Entry("Tags", "tag", "desk.tags", "", ADMINS, group="Inbox"),
)


def blueprints() -> tuple[Blueprint, ...]:
    """The area's blueprints."""
    from shopapp.inbox.views import desk, inbox
    from shopapp.inbox.views.consents import connect
    from shopapp.inbox.views.gaps import gaps
    from shopapp.inbox.views.surveying import survey

    return inbox, desk, survey, connect, gaps
