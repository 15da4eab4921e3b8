"""Goods of Harbor with what measuring says about them, and reading purchasing's pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.catalog.actions import everywhere
from shopapp.catalog.models import Product, Variant
from shopapp.db import Session
from shopapp.inventory.models import ProductVelocity
from shopapp.purchasing.models import PurchaseOrder
from shopapp.purchasing.queries import orders
from tests import cast

ROOM = "/harbor/purchasing"


def goods(
    session: Session, *names: str, vendor: str | None = "Mill & Sons", cost: str = "4.10"
) -> list[str]:
    """A product for each name, of one variant; the variants' ids."""
    made = []
    for name in names:
        product = Product(shopify_id=f"p-{name}", handle=name, title=f"Tea {name}")
        product.vendor_name = vendor
        variant = Variant(product=product, shopify_id=f"v-{name}", title="Default Title")
        variant.sku, variant.cost, variant.price = name.upper(), Decimal(cost), Decimal(12)
        session.add(variant)
        made.append(variant)
    session.flush()
    return [variant.id for variant in made]


def measure(
    session: Session,
    wanted: dict[str, int],
    *,
    day: date | None = None,
    incoming: int = 0,
    reasons: Iterable[str] = ("sells 2.0 a day", "9 days left"),
) -> date:
    """The day's measure: what to reorder of each variant."""
    recorded = day or clock.today("Europe/Berlin")
    place = everywhere(session)
    for variant, quantity in wanted.items():
        session.add(
            ProductVelocity(
                location_id=place.id,
                variant_id=variant,
                recorded_for=recorded,
                window_days=0,
                average_daily_sales=2.0,
                current_inventory=18,
                incoming=incoming,
                days_of_cover=9.0,
                recommended_reorder_quantity=quantity,
                method="ewma",
                reasons=list(reasons),
            )
        )
    session.flush()
    return recorded


def person(session: Session, who: cast.Person = cast.ADA) -> User:
    """Somebody of the cast."""
    return session.get_one(User, who.id)


def every_order(session: Session) -> list[PurchaseOrder]:
    """The store's purchase orders with their lines, oldest first."""
    session.flush()
    ids = session.scalars(select(PurchaseOrder.id).order_by(PurchaseOrder.id)).all()
    return [found for each in ids if (found := orders.order(session, each))]


def facts(session: Session) -> list[tuple[Any, ...]]:
    """Every order with its version and every line: what must not change by itself."""
    return [
        (
            *(order.id, order.version, order.updated_at, order.origin_day),
            *((line.id, line.variant_id, line.quantity) for line in order.lines),
        )
        for order in every_order(session)
    ]


def soup(text: str) -> BeautifulSoup:
    """The page as a tree."""
    return BeautifulSoup(text, "html.parser")


def one(tree: Tag, selector: str) -> Tag:
    """The one element that fits."""
    found = tree.select(selector)
    assert len(found) == 1, f"{len(found)} of {selector}"
    return found[0]


def form_of(client: FlaskClient, url: str, form: str, **typed: str) -> dict[str, Any]:
    """What the page's form would post, with what a person typed into it."""
    return held(one(soup(client.get(url).text), form), **typed)


def held(form: Tag, **typed: str) -> dict[str, Any]:
    """What a form holds, with what a person typed into it."""
    found: dict[str, Any] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        name, value = str(field["name"]), str(field.get("value", ""))
        if field.name == "textarea":
            value = field.text.removeprefix("\n")
        if field.name == "select":
            chosen = field.select("option[selected]")
            value = str(chosen[0]["value"]) if chosen else ""
        if name in ("line", "variant"):
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return {**found, **typed}
