"""The page of one order: lines, parcels, customer, flags, story; and flagging it by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.catalog.models import Order
from shopapp.flags import actions
from shopapp.flags.queries import LIVE, of_orders
from shopapp.orders import queries, telling
from shopapp.orders.forms import KINDS, FlagForm
from shopapp.orders.views import orders
from shopapp.orders.views.addresses import inbox_of, shopify_url
from shopapp.orders.views.flagged import name_of, row_of
from shopapp.refusals import Invalid
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import changed, found, invalid, show

PAGE, PART = "orders/order.html", "orders/_order.html"


@orders.get("/<order_id>")
@allow(*EVERYONE)
def order(order_id: str) -> Response:
    """One order."""
    return show(PAGE, PART, **page(scope(), load(order_id)))


@orders.post("/<order_id>/flags")
@allow(Role.ADMIN, Role.AGENT)
def flagging(order_id: str) -> Response:
    """Flag it by hand."""
    here, row, form = scope(), load(order_id), FlagForm()
    kind, note = form.kind.data or "", form.note.data or ""
    try:
        if not form.validate():
            message = next(str(error) for errors in form.errors.values() for error in errors)
            raise Invalid(message)
        actions.raise_by_hand(here.session, row, kind=kind, note=note, by=here.user)
    except Invalid as refusal:
        refused = {"refusal": str(refusal), "kind": kind, "typed": note}
        return invalid(PAGE, PART, **page(here, row) | refused)
    to = url_for("orders.order", order_id=row.id)
    return changed(PART, to=to, say=f"{row.name} flagged", **page(here, row))


def load(order_id: str) -> Order:
    """The order, or 404."""
    row: Order = found(queries.order(scope().session, order_id))
    return row


def page(here: Scope, row: Order) -> dict[str, Any]:
    """What the order's templates need."""
    flags = of_orders(here.session, [row])[row.id]
    return {
        "order": row,
        "customer": name_of(row),
        "amounts": _amounts(row),
        "flags": [row_of(flag, row) for flag in flags],
        "live": [row_of(flag, row) for flag in flags if flag.status in LIVE],
        "story": telling.of_order(row, flags),
        "kinds": KINDS,
        "longest": actions.LONGEST,
        "inbox_url": inbox_of(row),
        "shopify_url": shopify_url(here.store, row),
        "kind": "",
        "refusal": "",
        "typed": "",
    }


def _amounts(row: Order) -> list[tuple[str, Decimal]]:
    """What the total is made of, as far as it is known."""
    known = (
        ("Subtotal", row.subtotal),
        ("Discount", -row.discount if row.discount else None),
        ("Shipping", row.shipping),
        ("Tax", row.tax),
        ("Refunded", -row.refunded if row.refunded else None),
    )
    return [(name, amount) for name, amount in known if amount is not None]
