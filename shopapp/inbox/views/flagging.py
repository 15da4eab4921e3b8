"""Flagging an order from the ticket in which its customer told what is wrong."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.flags import actions
from shopapp.inbox.queries import customers
from shopapp.inbox.views import inbox
from shopapp.inbox.views.sidebar import panel
from shopapp.inbox.views.tickets import address, load
from shopapp.refusals import Invalid
from shopapp.web.access import allow, scope
from shopapp.web.htmx import changed, found, invalid
from shopapp.web.typed import line_ends

PAGE, PART = "inbox/customer.html", "inbox/_sidebar.html"


@inbox.post("/tickets/<ticket_id>/flags")
@allow(Role.ADMIN, Role.AGENT)
def ticket_flags(ticket_id: str) -> Response:
    """Flag one of the customer's orders as reported by them."""
    here, row = scope(), load(ticket_id)
    orders = {order.id: order for order in customers.orders(here.session, row)}
    order = found(orders.get(request.form.get("order", "")))
    note = line_ends(request.form.get("note"))
    try:
        actions.report_from_ticket(here.session, order, ticket_id=row.id, note=note, by=here.user)
    except Invalid as refusal:
        refused = {"refusal": str(refusal), "flagging": order.id, "typed": note}
        return invalid(PAGE, PART, **panel(here, row) | refused)
    said = f"{order.name} flagged"
    return changed(PART, to=address(row), say=said, **panel(here, row))
