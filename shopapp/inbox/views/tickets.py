"""The ticket page: the conversation, who has it, whether it is done, notes."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts import queries as people
from shopapp.accounts.models import Role
from shopapp.connections import mailboxes
from shopapp.inbox.actions import working
from shopapp.inbox.forms import NoteForm
from shopapp.inbox.models import Ticket
from shopapp.inbox.queries import replies as drafted
from shopapp.inbox.queries import sources
from shopapp.inbox.queries import tickets as queries
from shopapp.inbox.queries.tickets import Conversation, View
from shopapp.inbox.views import composer, inbox
from shopapp.inbox.views.entries import entries
from shopapp.inbox.views.listing import current_view
from shopapp.refusals import Invalid
from shopapp.web import headers
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import changed, found, invalid, show


@inbox.get("/tickets/<ticket_id>")
@allow(*EVERYONE)
def ticket(ticket_id: str) -> Response:
    """One conversation with its composer."""
    if request.args.get("images"):
        headers.allow_remote_images()
    return show("inbox/ticket.html", **page(scope(), load(ticket_id)))


@inbox.get("/tickets/<ticket_id>/customer")
@allow(*EVERYONE)
def ticket_customer(ticket_id: str) -> Response:
    """The customer beside the conversation: orders, parcels, earlier tickets."""
    here, row = scope(), load(ticket_id)
    return show(
        "inbox/customer.html",
        "inbox/_sidebar.html",
        ticket=row,
        loading=False,
        sidebar_url="",
        orders=sources.orders_of(here.session, row.customer_email),
        past=queries.past_tickets(here.session, row),
    )


@inbox.get("/tickets/<ticket_id>/<any(newer, older):way>")
@allow(*EVERYONE)
def ticket_beside(ticket_id: str, way: str) -> Response:
    """The next ticket of the view, or back to the list at its end."""
    here, view = scope(), current_view()
    beside = queries.neighbour(
        here.session, load(ticket_id), view, here.user.id, newer=way == "newer"
    )
    if beside is None:
        return redirect(url_for("inbox.tickets", view=view.value), 303)
    return redirect(url_for("inbox.ticket", ticket_id=beside, view=view.value), 303)


@inbox.post("/tickets/<ticket_id>/assignment")
@allow(Role.ADMIN, Role.AGENT)
def ticket_assignment(ticket_id: str) -> Response:
    """Give the ticket to a member, or to nobody."""
    here, row = scope(), load(ticket_id)
    chosen = request.form.get("assignee", "")
    to = found(people.member(here.session, here.store.id, chosen)) if chosen else None
    working.assign(here.session, row, to=to, by=here.user)
    said = f"Assigned to {to.name or to.email}" if to else "Assigned to nobody"
    return _head(here, row, said)


@inbox.post("/tickets/<ticket_id>/closing")
@allow(Role.ADMIN, Role.AGENT)
def ticket_closing(ticket_id: str) -> Response:
    """Close the ticket."""
    here, row = scope(), load(ticket_id)
    working.close(here.session, row, by=here.user)
    return _head(here, row, "Ticket closed")


@inbox.post("/tickets/<ticket_id>/reopening")
@allow(Role.ADMIN, Role.AGENT)
def ticket_reopening(ticket_id: str) -> Response:
    """Open the ticket again."""
    here, row = scope(), load(ticket_id)
    working.reopen(here.session, row, by=here.user)
    return _head(here, row, "Ticket reopened")


@inbox.post("/tickets/<ticket_id>/notes")
@allow(*EVERYONE)
def ticket_notes(ticket_id: str) -> Response:
    """Add a note for the team."""
    here, row, form = scope(), load(ticket_id), NoteForm()
    try:
        if not form.validate():
            raise Invalid(form.body.errors[0] if form.body.errors else "Reload and try again.")
        working.add_note(here.session, row, body=form.body.data or "", by=here.user)
    except Invalid as refusal:
        note = composer.noting(row, form.body.data or "", str(refusal))
        return invalid("inbox/ticket.html", "inbox/_composer.html", **page(here, row, note))
    here.session.expire(row, ["version"])
    return changed(
        "inbox/composer_and_thread.html", to=address(row), say="Note added", **page(here, row)
    )


def load(ticket_id: str) -> Ticket:
    """The ticket, or 404."""
    row: Ticket = found(queries.ticket(scope().session, ticket_id))
    return row


def address(row: Ticket) -> str:
    """The ticket's page."""
    return url_for("inbox.ticket", ticket_id=row.id)


def page(here: Scope, row: Ticket, shown: composer.Composer | None = None) -> dict[str, Any]:
    """What the ticket's templates need; `shown` replaces the composer's state."""
    talk = queries.conversation(here.session, row)
    draft = drafted.newest_draft(here.session, row.id)
    route = mailboxes.route(here.session, config=here.config)
    return {
        **_head_of(here, row, talk),
        "entries": entries(talk, images=_wants_images(here)),
        "composer": shown or composer.of(talk, draft, route, compose=request.args.get("compose")),
        "outbox_folder": route.place if route.origin is mailboxes.Origin.OUTBOX else "",
        "loading": True,
        "sidebar_url": url_for("inbox.ticket_customer", ticket_id=row.id),
        "orders": (),
        "past": (),
    }


def _head(here: Scope, row: Ticket, said: str) -> Response:
    here.session.flush()
    talk = Conversation(row, (), (), None)
    return changed("inbox/_ticket_head.html", to=address(row), say=said, **_head_of(here, row, talk))


def _head_of(here: Scope, row: Ticket, talk: Conversation) -> dict[str, Any]:
    view = current_view()
    beside = {"ticket_id": row.id, "view": view.value}
    return {
        "ticket": row,
        "base": address(row),
        "message_count": len(talk.messages),
        "agents": [member.user for member in people.members(here.session, here.store.id)],
        "inbox_url": url_for("inbox.tickets", **({} if view is View.OPEN else {"view": view.value})),
        "previous_url": url_for("inbox.ticket_beside", way="newer", **beside),
        "next_url": url_for("inbox.ticket_beside", way="older", **beside),
    }


def _wants_images(here: Scope) -> str:
    """The id of the message whose pictures are wanted, 'all', or nothing."""
    return request.args.get("images", "")
