"""Vendors: the list, a vendor's own page, and what it asks for its articles."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.purchasing import forms, numbers
from shopapp.purchasing.actions import drafting
from shopapp.purchasing.actions import vendors as actions
from shopapp.purchasing.actions.drafting import ASSUMED_DAYS
from shopapp.purchasing.forms import Read
from shopapp.purchasing.models import Vendor
from shopapp.purchasing.queries import vendors as queries
from shopapp.purchasing.views import offers, purchasing
from shopapp.refusals import Invalid
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import conflict, found, invalid, moved, show

LIST, ROWS = "purchasing/vendors.html", "purchasing/_vendor_rows.html"
PAGE, PART = "purchasing/vendor.html", "purchasing/_vendor.html"
LABELS = {
    "name": "Name",
    "email": "E-mail",
    "currency": "Currency",
    "lead_time_mean": "Lead time",
    "lead_time_sd": "Give or take",
    "order_minimum": "Order minimum",
    "terms": "Terms",
    "address": "Address",
}
LONGEST = 200


@purchasing.get("/vendors")
@allow(*EVERYONE)
def vendors() -> Response:
    """The vendors by name."""
    here = scope()
    words, after = request.args.get("q", "")[:LONGEST], request.args.get("after", "")
    page = queries.page(here.session, words, after=after, before=request.args.get("before", ""))
    return show(
        LIST,
        ROWS,
        words=words,
        rows=page.rows,
        open_orders=queries.open_orders(here.session, [row.id for row in page.rows]),
        assumed=ASSUMED_DAYS,
        previous_url=_list(q=words or None, before=page.before) if page.before else None,
        next_url=_list(q=words or None, after=page.after) if page.after else None,
    )


@purchasing.get("/new-vendor")
@allow(Role.ADMIN, Role.AGENT)
def vendor_new() -> Response:
    """An empty form."""
    return show(PAGE, PART, **page(scope(), None, Read()))


@purchasing.post("/vendors")
@allow(Role.ADMIN, Role.AGENT)
def vendor_creation() -> Response:
    """Add a vendor."""
    here, read = scope(), forms.vendor(request.form)
    try:
        if not read.errors:
            row = actions.create(here.session, values=read.values, by=here.user)
            return moved(_address(row), say=f"{row.name} added")
    except Invalid as refusal:
        read.errors[refusal.field or "name"] = str(refusal)
    return invalid(PAGE, PART, **page(here, None, read))


@purchasing.post("/vendor-names")
@allow(Role.ADMIN, Role.AGENT)
def vendors_from_products() -> Response:
    """A vendor for every name the products carry."""
    here = scope()
    names = [name for name in queries.names_on_products(here.session) if name and name.strip()]
    known = actions.known_for(here.session, names)
    here.session.flush()
    count = len(known)
    said = f"{count} vendor{'s' * (count != 1)} known from your products"
    return moved(_list(), say=said if count else "No product names a vendor yet")


@purchasing.get("/vendors/<vendor_id>")
@allow(*EVERYONE)
def vendor(vendor_id: str) -> Response:
    """One vendor with its articles."""
    return show(PAGE, PART, **page(scope(), load(vendor_id)))


@purchasing.post("/vendors/<vendor_id>")
@allow(Role.ADMIN, Role.AGENT)
def vendor_change(vendor_id: str) -> Response:
    """Save the vendor."""
    here, row, read = scope(), load(vendor_id), forms.vendor(request.form)
    if read.errors:
        return invalid(PAGE, PART, **page(here, row, read))
    try:
        actions.change(here.session, row, values=read.values, version=read.version, by=here.user)
    except actions.Overtaken:
        read.version = row.version
        return conflict(PAGE, PART, **page(here, row, read, _differences(row, read)))
    except Invalid as refusal:
        read.errors[refusal.field or "name"] = str(refusal)
        return invalid(PAGE, PART, **page(here, row, read))
    return moved(_address(row), say="Vendor saved")


@purchasing.post("/vendors/<vendor_id>/orders")
@allow(Role.ADMIN, Role.AGENT)
def vendor_orders(vendor_id: str) -> Response:
    """An empty draft for this vendor."""
    here, row = scope(), load(vendor_id)
    order = drafting.start_for(here.session, row, by=here.user)
    return moved(url_for("purchasing.order", order_id=order.id, _anchor="find"))


def load(vendor_id: str) -> Vendor:
    """The vendor, or 404."""
    row: Vendor = found(queries.vendor(scope().session, vendor_id))
    return row


def page(
    here: Scope,
    row: Vendor | None,
    read: Read | None = None,
    clash: list[tuple[str, str, str]] | None = None,
) -> dict[str, Any]:
    """What the vendor's templates need; `row` is None for one that is being added."""
    typed = _texts(row, here.store.currency)
    return {
        "vendor": row,
        "url": _address(row) if row else url_for("purchasing.vendor_creation"),
        "typed": {**typed, **(read.texts if read else {})},
        "problems": read.problems if read else [],
        "errors": read.errors if read else {},
        "version": read.version if read else row.version if row else 0,
        "clash": clash or [],
        "unsaved": read is not None and bool(read.texts),
        "currencies": _currencies(row),
        "assumed": ASSUMED_DAYS,
        "can_edit": here.can("admin", "agent"),
        **offers.page(here, row),
    }


def _texts(row: Vendor | None, currency: str) -> dict[str, str]:
    if row is None:
        return dict.fromkeys(LABELS, "") | {"currency": currency}
    present = actions.present(row)
    return {
        name: value if isinstance(value, str) else numbers.plain(value)
        for name, value in present.items()
    }


def _differences(row: Vendor, read: Read) -> list[tuple[str, str, str]]:
    saved = _texts(row, row.currency)
    return [
        (label, saved[name] or "nothing", read.texts[name] or "nothing")
        for name, label in LABELS.items()
        if actions.present(row)[name] != read.values.get(name)
    ]


def _currencies(row: Vendor | None) -> list[tuple[str, str]]:
    known = list(forms.currencies())
    if row is not None and row.currency not in dict(known):
        known.insert(0, (row.currency, row.currency))
    return known


def _address(row: Vendor) -> str:
    return url_for("purchasing.vendor", vendor_id=row.id)


def _list(**more: Any) -> str:
    return url_for("purchasing.vendors", **more)
