"""An order as Shopify's order export writes it: the order on its first row, a line on each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from decimal import Decimal
from typing import Any

from shopapp.catalog.importing.units import Kind
from shopapp.sheets import values
from shopapp.sheets.columns import Cells, Names
from shopapp.sheets.values import short

NAMES: Names = {
    "name": ("Name",),
    "email": ("Email",),
    "financial": ("Financial Status",),
    "fulfillment": ("Fulfillment Status",),
    "fulfilled_at": ("Fulfilled at",),
    "paid_at": ("Paid at",),
    "currency": ("Currency",),
    "subtotal": ("Subtotal",),
    "shipping": ("Shipping",),
    "taxes": ("Taxes",),
    "total": ("Total",),
    "discount": ("Discount Amount",),
    "created_at": ("Created at",),
    "quantity": ("Lineitem quantity",),
    "title": ("Lineitem name",),
    "price": ("Lineitem price",),
    "sku": ("Lineitem sku",),
    "line_discount": ("Lineitem discount",),
    "line_fulfillment": ("Lineitem fulfillment status",),
    "billing_name": ("Billing Name",),
    "shipping_name": ("Shipping Name",),
    "shipping_city": ("Shipping City",),
    "shipping_country": ("Shipping Country",),
    "phone": ("Phone", "Billing Phone", "Shipping Phone"),
    "note": ("Notes",),
    "cancelled_at": ("Cancelled at",),
    "refunded": ("Refunded Amount",),
    "id": ("Id",),
    "tags": ("Tags",),
    "risk": ("Risk Level",),
}
REQUIRED = ("name", "created_at", "total", "quantity", "title", "price")
KIND = Kind(NAMES, "name", REQUIRED, "An order export")
_CURRENCY = re.compile(r"[A-Z]{3}")
_ID = re.compile(r"[A-Za-z0-9/:_.-]+")
_SOURCES = {
    "placed_at": {"created_at"},
    "financial_status": {"financial", "paid_at"},
    "fulfillment_status": {"fulfillment", "line_fulfillment", "fulfilled_at"},
    "tax": {"taxes"},
    "risk_level": {"risk"},
}
_OF_THE_HEAD = ("id", "total", "subtotal", "financial", "currency")


@dataclass(slots=True)
class LineRow:
    """One line; `values` are the mirror's own columns."""

    cells: Cells
    values: dict[str, Any]

    @property
    def sku(self) -> str:
        """Its SKU, "" when it has none."""
        return str(self.values["sku"] or "")


@dataclass(slots=True)
class OrderRows:
    """One order: its own values, its lines, and who bought."""

    name: str
    shopify_id: str
    cells: Sequence[Cells]
    head: Cells
    values: dict[str, Any] = field(default_factory=dict)
    lines: list[LineRow] = field(default_factory=list)
    customer: dict[str, str] = field(default_factory=dict)
    computed: bool = False

    @property
    def email(self) -> str:
        """The customer's address, lower case, or ""."""
        return str(self.values.get("email") or "")


def order(rows: Sequence[Cells], columns: frozenset[str], zone: tzinfo, currency: str) -> OrderRows:
    """Read an order; what is wrong is kept in the rows' problems."""
    head = next((row for row in rows if any(row.text(name) for name in _OF_THE_HEAD)), rows[0])
    read = OrderRows(head.text("name"), _id(rows, head), rows, head)
    read.lines = [_line(row) for row in rows if _is_line(row)]
    read.values = _dates(head, zone) | _states(head, rows) | _words(head) | _amounts(head)
    read.values = {
        name: value for name, value in read.values.items() if columns & _SOURCES.get(name, {name})
    }
    read.values["currency"] = _currency(head, currency)
    if read.values["total"] is None:
        read.values["total"] = _worked_out(read)
        read.computed = True
    buyer = head.text("billing_name") or head.text("shipping_name")
    read.customer = {"name": buyer, "phone": head.text("phone")}
    return read


def _id(rows: Sequence[Cells], head: Cells) -> str:
    """Shopify's number as text, whatever its length; "" when the file does not say."""
    said = head.code("id")
    if said and not _ID.fullmatch(said):
        head.refuse("id", f"“{short(said)}” is not an order's Id.")
    for row in rows:
        if row.text("id") not in ("", head.text("id")):
            row.refuse("id", f"Two orders are called {head.text('name')}: their Ids differ.")
    return said


def _dates(head: Cells, zone: tzinfo) -> dict[str, Any]:
    placed = head.moment("created_at", zone)
    if placed is None and not head.text("created_at"):
        head.refuse("created_at", "This cell is empty: the order needs the time it was placed.")
    return {
        "placed_at": placed,
        "cancelled_at": head.moment("cancelled_at", zone),
        "fulfilled_at": head.moment("fulfilled_at", zone),
    }


def _states(head: Cells, rows: Sequence[Cells]) -> dict[str, Any]:
    financial = head.text("financial").lower() or ("paid" if head.text("paid_at") else "pending")
    return {"financial_status": financial, "fulfillment_status": _fulfillment(head, rows)}


def _fulfillment(head: Cells, rows: Sequence[Cells]) -> str:
    """As the order says, else as its lines do, else as its date does."""
    said = head.text("fulfillment").lower()
    if said:
        return said
    lines = {row.text("line_fulfillment").lower() for row in rows} - {""}
    if lines == {"fulfilled"}:
        return "fulfilled"
    if "fulfilled" in lines:
        return "partial"
    return "fulfilled" if head.text("fulfilled_at") and not lines else "unfulfilled"


def _words(head: Cells) -> dict[str, Any]:
    return {
        "email": head.text("email").lower() or None,
        "note": head.raw("note").strip() or None,
        "tags": values.words(head.text("tags")),
        "risk_level": head.text("risk").lower() or None,
        "shipping_name": head.text("shipping_name") or None,
        "shipping_city": head.text("shipping_city") or None,
        "shipping_country": head.text("shipping_country") or None,
    }


def _currency(head: Cells, otherwise: str) -> str:
    said = head.text("currency").upper() or otherwise
    if not _CURRENCY.fullmatch(said):
        head.refuse("currency", f"“{short(said)}” is not a currency's three letters.")
    return said


def _amounts(head: Cells) -> dict[str, Any]:
    names = ("subtotal", "shipping", "discount", "refunded", "total")
    amounts = {name: head.amount(name) for name in names}
    if amounts["refunded"] is not None and amounts["refunded"] < 0:
        head.refuse("refunded", "A refund cannot be less than zero.")
    return {"tax": head.amount("taxes"), **amounts}


def _worked_out(read: OrderRows) -> Decimal | None:
    """The total from its parts; with taxes it stays open whether the prices hold them."""
    if read.head.problems:
        return None
    if read.values.get("tax"):
        read.head.refuse(
            "total",
            "This cell is empty, and with taxes the total cannot be worked out: the prices may "
            "hold them or not.",
        )
        return None
    shipping = read.values.get("shipping") or Decimal(0)
    if read.values.get("subtotal") is not None:
        return Decimal(read.values["subtotal"] + shipping)
    if not read.lines or any(row.problems for row in read.cells):
        read.head.refuse("total", "This cell is empty, and there is no line to work it out from.")
        return None
    lines = (line.values for line in read.lines)
    parts = sum((each["price"] * each["quantity"] - each["discount"] for each in lines), Decimal(0))
    return parts + shipping - (read.values.get("discount") or Decimal(0))


def _is_line(row: Cells) -> bool:
    return any(row.text(name) for name in ("title", "quantity", "price", "sku"))


def _line(row: Cells) -> LineRow:
    for name in ("title", "quantity", "price"):
        if not row.text(name):
            row.refuse(name, "This cell is empty: every line has a name, a quantity and a price.")
    return LineRow(
        row,
        {
            "title": row.text("title"),
            "sku": row.code("sku") or None,
            "quantity": row.whole("quantity"),
            "price": row.amount("price"),
            "discount": row.amount("line_discount") or Decimal(0),
        },
    )
