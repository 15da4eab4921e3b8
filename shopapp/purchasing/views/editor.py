"""The page of one purchase order: its lines, its totals, and saving them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.purchasing import forms, numbers
from shopapp.purchasing.actions import editing
from shopapp.purchasing.actions.editing import Clash, Typed
from shopapp.purchasing.checks import order_doubt
from shopapp.purchasing.forms import Read
from shopapp.purchasing.models import PurchaseOrder, PurchaseOrderStatus
from shopapp.purchasing.queries import articles
from shopapp.purchasing.queries import orders as queries
from shopapp.purchasing.views import purchasing, rows, wording
from shopapp.refusals import Invalid
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import conflict, found, invalid, moved, show

PAGE, PART = "purchasing/order.html", "purchasing/_order.html"
LONGEST = 100


@purchasing.get("/orders/<order_id>")
@allow(*EVERYONE)
def order(order_id: str) -> Response:
    """One order; a draft can be edited."""
    return show(PAGE, PART, **page(scope(), load(order_id)))


@purchasing.post("/orders/<order_id>")
@allow(Role.ADMIN, Role.AGENT)
def order_change(order_id: str) -> Response:
    """Save the draft; then add or remove a line, or go on searching."""
    here, row = scope(), load(order_id)
    add, remove = request.form.get("add", ""), request.form.get("remove", "")
    saved = save(here, row, add=add, remove=remove)
    if not isinstance(saved, str):
        return saved
    words = request.form.get("q", "").strip()[:LONGEST]
    if words and not add and not remove:
        return moved(address(row, q=words, _anchor="find"), say="Draft saved")
    if saved:
        return moved(address(row, _anchor=f"quantity-{saved}"), say="Line added")
    said = "Line removed" if remove else "Draft saved"
    return moved(address(row, _anchor="lines" if remove else None), say=said)


@purchasing.get("/orders/<order_id>/matches")
@allow(Role.ADMIN, Role.AGENT)
def order_matches(order_id: str) -> Response:
    """Articles that can be added to the order."""
    here, row = scope(), load(order_id)
    return show("purchasing/_matches.html", **_matches(here, row))


@purchasing.post("/orders/<order_id>/totals")
@allow(Role.ADMIN, Role.AGENT)
def order_totals(order_id: str) -> Response:
    """What the order would come to as typed; nothing is saved."""
    here, row = scope(), load(order_id)
    read, _typed = _read(here, row)
    context = {**_figures(here, row, read), "oob": True, "base": address(row), "is_open": True}
    return show("purchasing/totals_and_lines.html", **context)


def save(here: Scope, row: PurchaseOrder, *, add: str = "", remove: str = "") -> str | Response:
    """Save what the form holds: the id of the line that was added, or the answer of a refusal."""
    read, typed = _read(here, row)
    if typed is None:
        return invalid(PAGE, PART, **page(here, row, read))
    try:
        added = editing.save(
            here.session,
            row,
            typed=typed,
            version=read.version,
            by=here.user,
            add=add[:LONGEST],
            remove=remove[:LONGEST],
        )
    except Clash as clash:
        read.version = row.version
        return conflict(PAGE, PART, **page(here, row, read, clash))
    except Invalid as refusal:
        read.errors[refusal.field or "find"] = str(refusal)
        return invalid(PAGE, PART, **page(here, row, read))
    return added.id if added else ""


def load(order_id: str) -> PurchaseOrder:
    """The order with its vendor and lines, or 404."""
    row: PurchaseOrder = found(queries.order(scope().session, order_id))
    return row


def address(row: PurchaseOrder, **more: Any) -> str:
    """The order's page."""
    return url_for("purchasing.order", order_id=row.id, **more)


def page(
    here: Scope, row: PurchaseOrder, read: Read | None = None, clash: Clash | None = None
) -> dict[str, Any]:
    """What the order's templates need; `read` is what somebody typed."""
    is_draft = row.status is PurchaseOrderStatus.DRAFT
    return {
        **_figures(here, row, read),
        **_matches(here, row),
        "order": row,
        "base": address(row),
        "version": read.version if read else row.version,
        "is_open": is_draft and here.can("admin", "agent"),
        "is_admin": here.can("admin"),
        "typed": _texts(row, read),
        "problems": read.problems if read else [],
        "clash": clash.differences if clash else (),
        "unsaved": read is not None,
        "locations": [
            (each.id, "The store" if each.is_all else each.name)
            for each in queries.locations(here.session)
        ],
        "events": wording.events(queries.history(here.session, row)),
    }


def _read(here: Scope, row: PurchaseOrder) -> tuple[Read, Typed | None]:
    places = [each.id for each in queries.locations(here.session)]
    there = {line.id: line.variant_id or "" for line in row.lines}
    return forms.order(request.form, row.currency, places, there)


def _figures(here: Scope, row: PurchaseOrder, read: Read | None) -> dict[str, Any]:
    typed = read or Read()
    shown = rows.lines(here.session, row, typed)
    sums = rows.sums(row, shown, typed)
    minimum = row.vendor.order_minimum if row.vendor.currency == row.currency else None
    lacks = sums and order_doubt(sums.subtotal, minimum, row.currency, row.vendor.name)
    return {
        "lines": rows.rows(row, shown, rows.facts(here.session, row), typed),
        "sums": sums,
        "currency": row.currency,
        "lacks": lacks or "",
        "oob": False,
        "units": sum(typed.values.get(f"quantity-{line.id}", line.quantity) for line in shown),
    }


def _matches(here: Scope, row: PurchaseOrder) -> dict[str, Any]:
    words = request.args.get("q", "")[:LONGEST]
    there = {line.variant_id for line in row.lines}
    matches = articles.matches(here.session, words, row.vendor.name)
    return {"words": words, "matches": [(each, each.variant_id in there) for each in matches]}


def _texts(row: PurchaseOrder, read: Read | None) -> Mapping[str, str]:
    stored = {
        "notes": row.notes,
        "expected_at": row.expected_at.isoformat() if row.expected_at else "",
        "shipping": numbers.plain(row.shipping),
        "location_id": row.location_id,
    }
    return {**stored, **(read.texts if read else {})}
