"""A product as Shopify's product export writes it: one head row, more variants, more images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from shopapp.catalog.importing.units import Kind
from shopapp.sheets import values
from shopapp.sheets.columns import Cells, Names
from shopapp.sheets.values import short

NAMES: Names = {
    "handle": ("Handle", "URL handle"),
    "title": ("Title",),
    "body": ("Body (HTML)", "Description"),
    "vendor": ("Vendor",),
    "type": ("Type", "Product type", "Custom Product Type"),
    "tags": ("Tags",),
    "published": ("Published", "Published on online store"),
    "status": ("Status",),
    "option1": ("Option1 Value",),
    "option2": ("Option2 Value",),
    "option3": ("Option3 Value",),
    "sku": ("Variant SKU", "SKU"),
    "barcode": ("Variant Barcode", "Barcode"),
    "price": ("Variant Price", "Price"),
    "compare": ("Variant Compare At Price", "Compare-at price"),
    "cost": ("Cost per item", "Variant Cost"),
    "grams": ("Variant Grams", "Weight value (grams)"),
    "quantity": ("Variant Inventory Qty", "Inventory quantity"),
    "policy": ("Variant Inventory Policy",),
    "oversell": ("Continue selling when out of stock",),
    "image": ("Image Src", "Product image URL"),
    "position": ("Image Position",),
    "seo_title": ("SEO Title",),
    "seo_description": ("SEO Description",),
}
KIND = Kind(NAMES, "handle", ("handle", "title"), "A product export")
STATES = ("active", "draft", "archived", "unlisted")
DEFAULT = "Default Title"
_OF_A_VARIANT = ("option1", "option2", "option3", "sku", "price", "barcode", "quantity")


@dataclass(slots=True)
class VariantRow:
    """One variant: the values its file has columns for, and its stock if the cell says one."""

    cells: Cells
    options: tuple[str, ...]
    values: dict[str, Any]
    available: int | None

    @property
    def title(self) -> str:
        """The variant's title as Shopify shows it."""
        return " / ".join(self.options)

    @property
    def sku(self) -> str:
        """Its SKU, "" when it has none."""
        return str(self.values.get("sku") or "")


@dataclass(slots=True)
class ProductRows:
    """One product with its variants; `values` holds only what the file has columns for."""

    handle: str
    cells: Sequence[Cells]
    head: Cells
    values: dict[str, Any] = field(default_factory=dict)
    variants: list[VariantRow] = field(default_factory=list)


def product(rows: Sequence[Cells], columns: frozenset[str]) -> ProductRows:
    """Read a product; what is wrong is kept in the rows' problems."""
    head = next((row for row in rows if row.text("title")), rows[0])
    read = ProductRows(head.text("handle"), rows, head)
    read.values = _kept(
        columns,
        {
            "title": ("title", head.text("title")),
            "body_html": ("body", head.raw("body").strip() or None),
            "vendor_name": ("vendor", head.text("vendor") or None),
            "product_type": ("type", head.text("type") or None),
            "tags": ("tags", values.words(head.text("tags"))),
            "seo_title": ("seo_title", head.text("seo_title") or None),
            "seo_description": ("seo_description", head.text("seo_description") or None),
            "image_url": ("image", _image(rows)),
        },
    )
    if columns & {"status", "published"}:
        read.values["status"] = _status(head)
    read.variants = [_variant(row, columns) for row in rows if row is head or _is_variant(row)]
    _refuse_twins(read.variants)
    return read


def _kept(columns: frozenset[str], said: dict[str, tuple[str, Any]]) -> dict[str, Any]:
    return {name: value for name, (column, value) in said.items() if column in columns}


def _status(head: Cells) -> str:
    said = head.text("status").lower()
    if said and said not in STATES:
        head.refuse("status", f"“{short(said)}” is none of {', '.join(STATES)}.")
    if said:
        return said
    return "draft" if head.yes("published") is False else "active"


def _image(rows: Sequence[Cells]) -> str | None:
    pictures = [(row.whole("position") or 9999, row.text("image")) for row in rows]
    return min(((place, url) for place, url in pictures if url), default=(0, None))[1]


def _is_variant(row: Cells) -> bool:
    return any(row.text(name) for name in _OF_A_VARIANT)


def _variant(row: Cells, columns: frozenset[str]) -> VariantRow:
    options = tuple(filter(None, (row.text(f"option{number}") for number in (1, 2, 3))))
    said = _kept(
        columns,
        {
            "sku": ("sku", row.code("sku") or None),
            "barcode": ("barcode", row.code("barcode") or None),
            "price": ("price", _positive(row, "price")),
            "compare_at_price": ("compare", _positive(row, "compare")),
            "cost": ("cost", _positive(row, "cost")),
            "weight_grams": ("grams", _grams(row)),
        },
    )
    if columns & {"policy", "oversell"}:
        said["inventory_policy"] = _policy(row)
    return VariantRow(row, options or (DEFAULT,), said, row.whole("quantity"))


def _positive(row: Cells, name: str) -> Any:
    said = row.amount(name)
    if said is not None and said < 0:
        row.refuse(name, "A price cannot be less than zero.")
    return said


def _grams(row: Cells) -> int | None:
    said = row.amount("grams")
    if said is not None and not 0 <= said < 2_000_000_000:
        row.refuse("grams", "This weight cannot be right.")
    return None if said is None else round(said)


def _policy(row: Cells) -> str:
    said = row.text("policy").lower()
    if said not in ("", "deny", "continue"):
        row.refuse("policy", f"“{short(said)}” is neither deny nor continue.")
    return said or ("continue" if row.yes("oversell") else "deny")


def _refuse_twins(variants: Sequence[VariantRow]) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for variant in variants:
        first = seen.setdefault(variant.options, variant.cells.line)
        if first != variant.cells.line:
            variant.cells.refuse(
                "option1", f"Line {first} has a variant with the same options, “{variant.title}”."
            )
