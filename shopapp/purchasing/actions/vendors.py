"""Vendors: made when a product names one, and changed by people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.exc import IntegrityError

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.purchasing.models import Vendor, VendorItem
from shopapp.purchasing.planning import vendor_name
from shopapp.purchasing.queries import articles, vendors
from shopapp.refusals import Invalid, Stale
from shopapp.stores.models import Store
from shopapp.tenancy import store_of

FIELDS = (
    "name",
    "email",
    "currency",
    "lead_time_mean",
    "lead_time_sd",
    "order_minimum",
    "terms",
    "address",
)
TERMS = ("vendor_sku", "cost", "minimum_quantity", "pack_size", "lead_time_days")


class Overtaken(Stale):
    """Somebody else saved meanwhile: the row is as they left it."""


def known_for(session: Session, names: Iterable[str | None]) -> dict[str, Vendor]:
    """A vendor for every name, by name; unknown ones are made in the store's currency."""
    wanted = {vendor_name(name) for name in names}
    found = vendors.by_name(session, wanted)
    for name in sorted(wanted - found.keys()):
        found[name] = _made(session, name)
    return found


def create(session: Session, *, values: Mapping[str, Any], by: User) -> Vendor:
    """A vendor typed by a person; raises Invalid when there is one of that name."""
    _refuse_double(session, values["name"], None)
    vendor = Vendor(**values)
    session.add(vendor)
    session.flush()
    record(session, "vendor.created", vendor, by=by, before={}, after=_told(values))
    return vendor


def change(
    session: Session, vendor: Vendor, *, values: Mapping[str, Any], version: int, by: User
) -> Vendor:
    """Save a form opened at `version`; raises Overtaken, and Invalid for a name that is taken."""
    session.refresh(vendor, with_for_update=True)
    before = present(vendor)
    if before == dict(values):
        return vendor
    if vendor.version != version:
        message = "Somebody else changed this vendor meanwhile."
        raise Overtaken(message)
    _refuse_double(session, values["name"], vendor)
    for name, value in values.items():
        setattr(vendor, name, value)
    session.flush()
    record(session, "vendor.changed", vendor, by=by, before=_told(before), after=_told(values))
    return vendor


def set_terms(
    session: Session,
    vendor: Vendor,
    variant_id: str,
    *,
    values: Mapping[str, Any],
    version: int,
    by: User,
) -> VendorItem | None:
    """What the vendor asks for an article, None for another store's. Raises Overtaken.

    `version` is 0 where nothing was known."""
    item = articles.terms(session, vendor.id, [variant_id]).get(variant_id)
    before = {name: getattr(item, name) if item else None for name in TERMS}
    if before == dict(values):
        return item
    if (item.version if item else 0) != version:
        message = "Somebody else changed these terms meanwhile."
        raise Overtaken(message)
    if item is None:
        if not articles.articles(session, [variant_id]):
            return None
        item = VendorItem(vendor_id=vendor.id, variant_id=variant_id)
        session.add(item)
    for name, value in values.items():
        setattr(item, name, value)
    session.flush()
    told = {"variant": variant_id, **_told(values)}
    record(session, "vendor.terms_changed", vendor, by=by, before=_told(before), after=told)
    return item


def present(vendor: Vendor) -> dict[str, Any]:
    """The vendor's values, as a form holds them."""
    return {name: getattr(vendor, name) for name in FIELDS}


def _made(session: Session, name: str) -> Vendor:
    currency = session.get_one(Store, store_of(session)).currency
    vendor = Vendor(name=name, currency=currency, created_at=clock.now())
    try:
        with session.begin_nested():
            session.add(vendor)
    except IntegrityError:
        return vendors.by_name(session, [name])[name]  # another worker was faster
    record(session, "vendor.created", vendor, by=None, after={"name": name}, source="catalog")
    return vendor


def _refuse_double(session: Session, name: str, but: Vendor | None) -> None:
    other = vendors.by_name(session, [name]).get(name)
    if other is not None and other is not but:
        message = f"There is a vendor called {name} already."
        raise Invalid(message, "name")


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the audit log keeps them."""
    return {
        name: value if isinstance(value, str | int | float) or value is None else str(value)
        for name, value in values.items()
    }
