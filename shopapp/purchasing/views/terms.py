"""A vendor's terms for its articles, saved where they stand."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.purchasing import forms
from shopapp.purchasing.actions import vendors as actions
from shopapp.purchasing.forms import Read
from shopapp.purchasing.models import Vendor
from shopapp.purchasing.views import offers, purchasing, vendors
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import conflict, invalid, moved


@purchasing.post("/vendors/<vendor_id>/terms")
@allow(Role.ADMIN, Role.AGENT)
def vendor_terms(vendor_id: str) -> Response:
    """Save what the vendor asks for the articles on the page."""
    here = scope()
    row = vendors.load(vendor_id)
    read, typed = forms.terms(request.form)
    if read.errors:
        return invalid(vendors.PAGE, vendors.PART, **_page(here, row, read))
    stale = set()
    for variant, (version, values) in typed.items():
        try:
            actions.set_terms(
                here.session, row, variant, values=values, version=version, by=here.user
            )
        except actions.Overtaken:
            stale.add(variant)
    if stale:
        return conflict(vendors.PAGE, vendors.PART, **_page(here, row, read, stale))
    again: dict[str, Any] = {
        name: request.form.get(name, "")[: offers.LONGEST] or None for name in ("q", "after")
    }
    to = url_for("purchasing.vendor", vendor_id=row.id, _anchor="offers", **again)
    return moved(to, say="Terms saved")


def _page(here: Scope, row: Vendor, read: Read, stale: set[str] | None = None) -> dict[str, Any]:
    return vendors.page(here, row) | offers.page(here, row, read, stale)
