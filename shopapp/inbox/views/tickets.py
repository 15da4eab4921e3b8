"""The ticket page: the conversation, who has it, whether it is done, notes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts import queries as people
from shopapp.accounts.models import Role
from shopapp.connections import mailboxes
from shopapp.connectors.errors import Misconfigured
from shopapp.drafts.models import AiDraft
from shopapp.drafts.queries.making import making
from shopapp.inbox.actions import noting, working
from shopapp.inbox.actions.drafting import DRAFT
from shopapp.inbox.forms import LONGEST, NoteForm
from shopapp.inbox.models import Ticket
from shopapp.inbox.queries import replies as drafted
from shopapp.inbox.queries import tickets as queries
from shopapp.inbox.queries.families import roots
from shopapp.inbox.queries.presence import mark_of
from shopapp.inbox.queries.tabs import View
from shopapp.inbox.views import composer, inbox
from shopapp.inbox.views.entries import entries
from shopapp.inbox.views.listing import current_view, is_overdue, standpoint
from shopapp.inbox.views.sidebar import panel
from shopapp.refusals import Invalid
from shopapp.stores.registry import is_on
from shopapp.web import headers
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import changed, found, invalid, moved, show

PAGE, PART = "inbox/ticket.html", "inbox/_composer.html"
BOTH = "inbox/composer_and_thread.html"


@inbox.get("/tickets/<ticket_id>")
@allow(*EVERYONE)
def ticket(ticket_id: str) -> Response:
    """One conversation with its composer; of a merged ticket, the one it is part of."""
    row = load(ticket_id)
    if row.id != ticket_id:
        said = "The ticket you asked for was merged into this one."
        return moved(address(row), say=said, tone="info")
    return show(PAGE, **page(scope(), row))


@inbox.get("/tickets/<ticket_id>/customer")
@allow(*EVERYONE)
def ticket_customer(ticket_id: str) -> Response:
    """The customer beside the conversation: orders, parcels, earlier tickets."""
    context = panel(scope(), load(ticket_id))
    return show("inbox/customer.html", "inbox/_sidebar.html", **context)


@inbox.get("/tickets/<ticket_id>/<any(newer, older):way>")
@allow(*EVERYONE)
def ticket_beside(ticket_id: str, way: str) -> Response:
    """The next ticket of the view, or back to the list at its end."""
    here, view = scope(), current_view()
    beside = queries.neighbour(
        here.session, load(ticket_id), view, standpoint(here), newer=way == "newer"
    )
    if beside is None:
        return redirect(url_for("inbox.tickets", view=view.value), 303)
    return redirect(url_for("inbox.ticket", ticket_id=beside, view=view.value), 303)


@inbox.get("/tickets/<ticket_id>/assignment")
@allow(Role.ADMIN, Role.AGENT)
def ticket_assigning(ticket_id: str) -> Response:
    """Whom the ticket can be given to: the items of the head's menu."""
    here, row = scope(), load(ticket_id)
    agents = [member.user for member in people.members(here.session, here.store.id)]
    page, part = "inbox/assignment.html", "inbox/_assignment.html"
    return show(page, part, ticket=row, base=address(row), agents=agents)


@inbox.post("/tickets/<ticket_id>/assignment")
@allow(Role.ADMIN, Role.AGENT)
def ticket_assignment(ticket_id: str) -> Response:
    """Give the ticket to a member, or to nobody."""
    here, row = scope(), load(ticket_id)
    chosen = request.form.get("assignee", "")
    to = found(people.member(here.session, here.store.id, chosen)) if chosen else None
    working.assign(here.session, row, to=to, by=here.user)
    said = f"Assigned to {to.name or to.email}" if to else "Assigned to nobody"
    return _worked(here, row, said)


@inbox.post("/tickets/<ticket_id>/closing")
@allow(Role.ADMIN, Role.AGENT)
def ticket_closing(ticket_id: str) -> Response:
    """Close the ticket."""
    here, row = scope(), load(ticket_id)
    working.close(here.session, row, by=here.user)
    return _worked(here, row, "Ticket closed")


@inbox.post("/tickets/<ticket_id>/reopening")
@allow(Role.ADMIN, Role.AGENT)
def ticket_reopening(ticket_id: str) -> Response:
    """Open the ticket again."""
    here, row = scope(), load(ticket_id)
    working.reopen(here.session, row, by=here.user)
    return _worked(here, row, "Ticket reopened")


@inbox.post("/tickets/<ticket_id>/notes")
@allow(*EVERYONE)
def ticket_notes(ticket_id: str) -> Response:
    """Add a note for the team."""
    here, row, form = scope(), load(ticket_id), NoteForm()
    try:
        if not form.validate():
            raise Invalid(form.body.errors[0] if form.body.errors else "Reload and try again.")
        noting.add_note(here.session, row, body=form.body.data or "", by=here.user)
    except Invalid as refusal:
        note = composer.noting(row, form.body.data or "", str(refusal))
        return invalid(PAGE, PART, **page(here, row, note))
    return changed(BOTH, to=address(row), say="Note added", **page(here, row))


def _worked(here: Scope, row: Ticket, said: str) -> Response:
    here.session.flush()
    part = "inbox/head_and_thread.html"
    return changed(part, to=address(row), say=said, **page(here, row))


def load(ticket_id: str) -> Ticket:
    """The ticket, or the one it was merged into; else 404."""
    here = scope()
    row: Ticket = found(queries.ticket(here.session, ticket_id))
    if row.merged_into_id is None:
        return row
    ends = roots(here.session, [row.id])
    return found(queries.ticket(here.session, ends.get(row.id, "")))  # type: ignore[no-any-return]


def address(row: Ticket) -> str:
    """The ticket's page."""
    return url_for("inbox.ticket", ticket_id=row.id)


def page(here: Scope, row: Ticket, shown: composer.Composer | None = None) -> dict[str, Any]:
    """What the ticket's templates need; `shown` replaces the composer's state."""
    talk = queries.conversation(here.session, row)
    drafts, beside = drafted.drafts_and_rework(here.session, row.id)
    made = making(here.session, drafts[0] if drafts else None, DRAFT)
    written = shown or composer.of(talk, drafts, request.args.get("compose"), made)
    images, all_images = _images(here)
    return {
        **_head(here, row),
        **_outbox(here, row),
        "entries": entries(talk, drafts, images=images, all_images=all_images),
        "message_count": len(talk.messages),
        "mark": _mark(talk),
        "composer": replace(written, is_reworked=_is_beside(beside, written)),
        "longest": LONGEST,
        "panel": None,
        "in_composer": True,
        "answers": False,
        "version": "",
        "loading": True,
        "sidebar_url": url_for("inbox.ticket_customer", ticket_id=row.id),
        "orders": (),
        "past": (),
    }


def _is_beside(rework: AiDraft | None, shown: composer.Composer) -> bool:
    """Whether a rework is of the very reply the composer shows."""
    return rework is not None and (rework.wish or {}).get("reply_id") == shown.reply_id


def _mark(talk: queries.Conversation) -> int:
    """The newest change the page shows, by which its polling knows what came after."""
    changes = (message.updated_at for message in talk.messages)
    events = (event.created_at for event in talk.events)
    return mark_of(talk.ticket.updated_at, *changes, *events)


def _head(here: Scope, row: Ticket) -> dict[str, Any]:
    view = current_view()
    kept: dict[str, Any] = {} if view is View.OPEN else {"view": view.value}
    beside = partial(url_for, "inbox.ticket_beside", ticket_id=row.id, **kept)
    return {
        "ticket": row,
        "base": address(row),
        "overdue": is_overdue(row, standpoint(here)),
        "inbox_url": url_for("inbox.tickets", **kept),
        "previous_url": beside(way="newer"),
        "next_url": beside(way="older"),
    }


def _outbox(here: Scope, row: Ticket) -> dict[str, str]:
    """Where replies go when no mail server takes them, or why the one there is cannot."""
    try:
        route = mailboxes.route(
            here.session, config=here.config, settings=here.settings, mailbox=row.mailbox
        )
    except Misconfigured as error:
        return {"outbox_folder": "", "mail_problem": str(error)}
    is_outbox = route.origin is mailboxes.Origin.OUTBOX
    return {"outbox_folder": route.place if is_outbox else "", "mail_problem": ""}


def _images(here: Scope) -> tuple[str, bool]:
    """The id of the message whose remote pictures are wanted, and whether the store shows all."""
    asked, always = request.args.get("images", ""), is_on(here.settings, "remote_images")
    if asked or always:
        headers.allow_remote_images()
    return asked, always
