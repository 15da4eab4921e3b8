"""What a person says about a ticket's customer: which order it is about, and who wrote it."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.inbox.actions import linking
from shopapp.inbox.models import Ticket
from shopapp.inbox.queries import customers
from shopapp.inbox.views import inbox
from shopapp.inbox.views.sidebar import panel
from shopapp.inbox.views.tickets import address, load
from shopapp.refusals import Invalid
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import changed, found, invalid

PAGE, PART = "inbox/customer.html", "inbox/_sidebar.html"
WRITERS = (Role.ADMIN, Role.AGENT)


@inbox.post("/tickets/<ticket_id>/order")
@allow(*WRITERS)
def ticket_order(ticket_id: str) -> Response:
    """Link the order with this name."""
    here, row = scope(), load(ticket_id)
    name = request.form.get("name", "")[:80]
    try:
        order = linking.link_order(here.session, row, name=name, by=here.user)
    except Invalid as refusal:
        refused = {"order_refusal": str(refusal), "order_typed": name}
        return invalid(PAGE, PART, **panel(here, row) | refused)
    return _linked(here, row, f"{order.name} linked")


@inbox.post("/tickets/<ticket_id>/order/removal")
@allow(*WRITERS)
def ticket_order_removal(ticket_id: str) -> Response:
    """Link no order."""
    here, row = scope(), load(ticket_id)
    linking.unlink_order(here.session, row, by=here.user)
    return _linked(here, row, "Order unlinked")


@inbox.post("/tickets/<ticket_id>/customer")
@allow(*WRITERS)
def ticket_customer_choice(ticket_id: str) -> Response:
    """Of several customers with this address, choose one."""
    here, row = scope(), load(ticket_id)
    person = found(customers.customer(here.session, request.form.get("customer", "")))
    try:
        linking.choose_customer(here.session, row, person, by=here.user)
    except Invalid as refusal:
        return invalid(PAGE, PART, **panel(here, row) | {"order_refusal": str(refusal)})
    return _linked(here, row, f"{person.name} chosen")


def _linked(here: Scope, row: Ticket, said: str) -> Response:
    here.session.flush()
    return changed(PART, to=address(row), say=said, **panel(here, row))
