"""Small exports for the importers' tests, and running them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from shopapp.db import Session
from shopapp.sheets.importing import Importer, Report

PRODUCT = {
    "Handle": "tea",
    "Title": "Tea",
    "Vendor": "Leaf & Sons",
    "Option1 Value": "Small",
    "Variant SKU": "TEA-S",
    "Variant Price": "12.50",
    "Variant Inventory Qty": "7",
}
ORDER = {
    "Name": "#2001",
    "Email": "Ann@mail.example",
    "Financial Status": "paid",
    "Total": "25.00",
    "Subtotal": "",
    "Shipping": "",
    "Taxes": "",
    "Created at": "2026-03-29 01:59:00 +0100",
    "Cancelled at": "",
    "Fulfilled at": "",
    "Lineitem quantity": "2",
    "Lineitem name": "Tea - Small",
    "Lineitem price": "12.50",
    "Lineitem sku": "TEA-S",
    "Billing Name": "Ann Lee",
    "Refunded Amount": "",
    "Id": "9007199254740993",
}


def sheet(*rows: Mapping[str, str], delimiter: str = ",") -> bytes:
    """A CSV file with the columns of all rows."""
    header = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, header, restval="", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def product(**changed: str) -> dict[str, str]:
    """A product's head row; underscores in names are spaces."""
    return PRODUCT | {name.replace("_", " "): value for name, value in changed.items()}


def order(**changed: str) -> dict[str, str]:
    """An order's first row; underscores in names are spaces."""
    return ORDER | {name.replace("_", " "): value for name, value in changed.items()}


def line(**changed: str) -> dict[str, str]:
    """A further line of the order: what Shopify repeats, and the line."""
    kept = ("Name", "Created at", "Lineitem quantity", "Lineitem name", "Lineitem price")
    row = {name: ORDER[name] for name in kept}
    return row | {name.replace("_", " "): value for name, value in changed.items()}


def ran(session: Session, importer: Importer, content: bytes, *, write: bool = True) -> Report:
    """Import and commit."""
    report = importer.run(session, content, {}, write=write, progress=lambda done, total: None)
    if write:
        session.commit()
    return report
