"""The lines of an order as its page shows them: what is stored, typed, suggested and doubted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shopapp.db import Session
from shopapp.inventory.models import ProductVelocity
from shopapp.purchasing import numbers
from shopapp.purchasing.checks import doubts
from shopapp.purchasing.forms import Read
from shopapp.purchasing.models import PurchaseOrder, PurchaseOrderLine, VendorItem
from shopapp.purchasing.queries import articles
from shopapp.purchasing.totals import Totals, line_total, totals


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about an order's articles, by variant."""

    rates: Mapping[str, ProductVelocity]
    terms: Mapping[str, VendorItem]
    last_costs: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Row:
    """A line; `total` is None while what is typed means no number."""

    key: str
    variant_id: str
    sku: str
    vendor_sku: str
    title: str
    quantity: str
    unit_cost: str
    total: Decimal | None
    cover: float | None
    suggested: int | None
    why: Sequence[str]
    doubts: Sequence[str]
    errors: Mapping[str, str]


def facts(session: Session, order: PurchaseOrder) -> Facts:
    """The facts about an order, in three statements."""
    variants = [line.variant_id for line in order.lines if line.variant_id]
    return Facts(
        articles.velocity(session, variants),
        articles.terms(session, order.vendor_id, variants),
        articles.last_costs(session, order),
    )


def lines(session: Session, order: PurchaseOrder, read: Read) -> list[PurchaseOrderLine]:
    """The order's lines, and those typed here that somebody else removed meanwhile."""
    there = {line.id for line in order.lines}
    gone = {key: each for key, each in read.variants.items() if key not in there and each}
    known = articles.articles(session, gone.values()) if gone else {}
    return [
        *order.lines,
        *(
            PurchaseOrderLine(
                id=key,
                variant_id=variant,
                title=known[variant].title,
                sku=known[variant].sku,
                quantity=0,
                unit_cost=Decimal(0),
            )
            for key, variant in gone.items()
            if variant in known
        ),
    ]


def rows(
    order: PurchaseOrder, shown: Sequence[PurchaseOrderLine], known: Facts, read: Read
) -> list[Row]:
    """The lines as stored, or with what was typed into them."""
    return [_row(order, line, known, read) for line in shown]


def sums(order: PurchaseOrder, shown: Sequence[PurchaseOrderLine], read: Read) -> Totals | None:
    """What the order comes to as stored, or as typed; None while something typed is no number."""
    values = read.values
    if any(name.startswith(("quantity-", "unit_cost-", "shipping")) for name in read.errors):
        return None
    return totals(
        (_pair(line, values) for line in shown),
        values.get("shipping", order.shipping),
        order.currency,
    )


def _pair(line: PurchaseOrderLine, values: Mapping[str, Any]) -> tuple[int, Decimal]:
    quantity = values.get(f"quantity-{line.id}", line.quantity)
    cost = values.get(f"unit_cost-{line.id}", line.unit_cost)
    return quantity, cost


def _row(order: PurchaseOrder, line: PurchaseOrderLine, known: Facts, read: Read) -> Row:
    names = {name: f"{name}-{line.id}" for name in ("quantity", "unit_cost")}
    errors = {name: read.errors[key] for name, key in names.items() if key in read.errors}
    (quantity, cost), variant = _pair(line, read.values), line.variant_id or ""
    rate, item = known.rates.get(variant), known.terms.get(variant)
    return Row(
        key=line.id,
        variant_id=variant,
        sku=line.sku or "",
        vendor_sku=line.vendor_sku or "",
        title=line.title,
        quantity=read.texts.get(names["quantity"], str(line.quantity)),
        unit_cost=read.texts.get(names["unit_cost"], numbers.plain(line.unit_cost)),
        total=None if errors else line_total(quantity, cost, order.currency),
        cover=rate.days_of_cover if rate else None,
        suggested=line.recommended_quantity
        or (rate.recommended_reorder_quantity if rate else None),
        why=_why(line, rate),
        doubts=()
        if errors
        else doubts(
            quantity,
            cost,
            order.currency,
            minimum=item.minimum_quantity if item else None,
            pack=item.pack_size if item else None,
            last_cost=known.last_costs.get(variant),
        ),
        errors=errors,
    )


def _why(line: PurchaseOrderLine, rate: ProductVelocity | None) -> Sequence[str]:
    if line.reason:
        return line.reason.splitlines()
    return rate.reasons if rate else ()
