"""Mentions: the notes that name the reader, and reading one."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.queries import members
from shopapp.inbox.actions import mentioning
from shopapp.inbox.models import Mention
from shopapp.inbox.queries import mentions as queries
from shopapp.inbox.views import inbox
from shopapp.inbox.views.tickets import address, load
from shopapp.web import paging
from shopapp.web.access import EVERYONE, allow, scope
from shopapp.web.htmx import found, moved, show

LIST, ROWS = "inbox/mentions.html", "inbox/_mention_rows.html"


@inbox.get("/mentions")
@allow(*EVERYONE)
def mentions() -> Response:
    """The notes that name you, newest first."""
    here = scope()
    page = paging.keyset(
        here.session,
        queries.of(here.user.id),
        (Mention.created_at, Mention.id),
        lambda row: (row.created_at, row.id),
        request.args.get("after", ""),
    )
    older = url_for("inbox.mentions", after=page.older) if page.older else None
    newer = url_for("inbox.mentions", after=page.newer) if page.newer else None
    return show(LIST, ROWS, rows=page.rows, next_url=older, previous_url=newer)


@inbox.post("/mentions/<mention_id>/reading")
@allow(*EVERYONE)
def mention_reading(mention_id: str) -> Response:
    """Open the ticket; for whoever is meant the mention counts as read from now on."""
    here = scope()
    row: Mention = found(queries.mention(here.session, mention_id))
    mentioning.read(here.session, row, by=here.user)
    ticket = row.message.ticket_id
    return moved(url_for("inbox.ticket", ticket_id=ticket, _anchor=f"m-{row.ticket_message_id}"))


@inbox.get("/tickets/<ticket_id>/colleagues")
@allow(*EVERYONE)
def ticket_colleagues(ticket_id: str) -> Response:
    """Whom a note can name: the items of the note's menu."""
    here, row = scope(), load(ticket_id)
    team = [member.user for member in members(here.session, here.store.id)]
    names = [user.name or user.email for user in team if user.id != here.user.id]
    page, part = "inbox/colleagues.html", "inbox/_colleagues.html"
    return show(page, part, names=names, ticket=row, base=address(row))
