"""Shopify's product export: products, variants, prices and stock, made or brought up to date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select

from shopapp import clock
from shopapp.catalog import queries
from shopapp.catalog.actions import everywhere
from shopapp.catalog.importing.changes import Inserts, applied
from shopapp.catalog.importing.product_rows import KIND, ProductRows, VariantRow, product
from shopapp.catalog.importing.units import Parsed, batches, groups, refused
from shopapp.catalog.models import InventoryLevel, Location, Product, Variant
from shopapp.db import Session
from shopapp.sheets.importing import Importer, Progress, Report
from shopapp.sheets.reading import read

_ORDER = (Product, Variant, InventoryLevel)


def run(
    session: Session,
    content: bytes,
    options: Mapping[str, str],
    *,
    write: bool,
    progress: Progress,
) -> Report:
    """Check or import a product export; raises Unreadable."""
    report = Report()
    columns = KIND.columns(read(content)).present
    total, found = groups(content, KIND, report)
    progress(0, total)
    mirror = _Mirror(session, report, write=write)
    for batch in batches(_products(found, columns, report)):
        mirror.take([each.unit for each in batch])
        progress(batch[-1].read, total)
    progress(total, total)
    return report


PRODUCTS = Importer(
    kind="products",
    label="Products",
    explanation=(
        "In Shopify: Products, Export, all products, plain CSV. Brings titles, vendors, variants, "
        "SKUs, prices, costs and stock. A product with the same handle is brought up to date."
    ),
    fields=(),
    run=run,
    columns=("Handle|URL handle", "Title", "Option1 Value", "Variant Price|Price"),
    follow_ups=("purchasing.measure",),
)


def _products(found: Any, columns: frozenset[str], report: Report) -> Iterator[Parsed[ProductRows]]:
    for rows, done in found:
        read_product = product(rows, columns)
        if not refused(rows, report):
            yield Parsed(read_product, len(rows), done)


class _Mirror:
    """The mirror beside the file: what is new, what differs, and writing it."""

    def __init__(self, session: Session, report: Report, *, write: bool) -> None:
        self._session, self._report, self._write = session, report, write
        self._inserts = Inserts(session)
        self._everywhere = everywhere(session).id if write else self._known_place()
        self._now = clock.now()

    def take(self, batch: list[ProductRows]) -> None:
        """Compare a batch of products with the mirror, and write what differs."""
        self._old = queries.products_by_handle(self._session, [unit.handle for unit in batch])
        ids = [row.id for row in self._old.values()]
        self._variants = queries.variants_by_product(self._session, ids)
        self._levels = queries.levels_by_variant(self._session, self._everywhere, ids)
        for unit in batch:
            self._take(unit)
        if self._write:
            self._inserts.write(_ORDER)
        self._inserts.drop()

    def _take(self, unit: ProductRows) -> None:
        old = self._old.get(unit.handle)
        if old is None and not unit.values["title"]:
            unit.head.refuse("title", f"No row gives the product “{unit.handle}” a title.")
            refused(unit.cells, self._report)
        elif old is None:
            self._add(unit)
        else:
            self._update(unit, old)

    def _add(self, unit: ProductRows) -> None:
        values = {"shopify_id": f"csv/{unit.handle}", "handle": unit.handle, **unit.values}
        product_id = self._inserts.add(Product, values)
        taken: set[str] = set()
        for variant in unit.variants:
            self._add_variant(unit, product_id, variant, taken)
        self._report.count("new products")

    def _update(self, unit: ProductRows, old: Product) -> None:
        said = unit.values if unit.values["title"] else {}
        changed = applied(old, said, write=self._write)
        known = self._variants.get(old.id, [])
        taken = {variant.shopify_id for variant in known}
        for variant, match in _matched(unit.variants, known):
            if match is None:
                self._add_variant(unit, old.id, variant, taken)
                changed = True
            else:
                changed |= self._update_variant(variant, match)
        self._report.count("updated products" if changed else "unchanged products")

    def _add_variant(
        self, unit: ProductRows, product_id: str, variant: VariantRow, taken: set[str]
    ) -> None:
        name = f"csv/{unit.handle}/{'/'.join(variant.options)}"
        while name in taken:
            name += "~"
        taken.add(name)
        values = {"product_id": product_id, "shopify_id": name, "title": variant.title}
        variant_id = self._inserts.add(Variant, {**values, **variant.values})
        self._report.count("new variants")
        if variant.available is not None:
            self._add_level(variant_id, variant.available)

    def _update_variant(self, variant: VariantRow, old: Variant) -> bool:
        values = {"title": variant.title, **variant.values}
        if not old.sku and not variant.sku:
            values.pop("sku", None)
        changed = applied(old, values, write=self._write)
        if changed:
            self._report.count("updated variants")
        return self._stocked(variant, old) or changed

    def _stocked(self, variant: VariantRow, old: Variant) -> bool:
        available, level = variant.available, self._levels.get(old.id)
        if available is None or (level is not None and level.available == available):
            return False
        if level is None:
            self._add_level(old.id, available)
            return True
        if self._write:
            if level.on_hand is not None:  # what is promised to customers stays promised
                level.on_hand += available - level.available
            level.available, level.as_of = available, self._now
        self._report.count("stock levels")
        return True

    def _add_level(self, variant_id: str, available: int) -> None:
        place = {"location_id": self._everywhere, "variant_id": variant_id}
        self._inserts.add(InventoryLevel, {**place, "available": available, "as_of": self._now})
        self._report.count("stock levels")

    def _known_place(self) -> str | None:
        return self._session.scalar(select(Location.id).where(Location.is_all).limit(1))


def _matched(
    variants: list[VariantRow], known: list[Variant]
) -> Iterator[tuple[VariantRow, Variant | None]]:
    """Each row with the variant it means: by a SKU only one has, else by the same options."""
    said = Counter(row.sku for row in variants)
    have = Counter(variant.sku or "" for variant in known)
    by_sku = {variant.sku: variant for variant in known if variant.sku and have[variant.sku] == 1}
    sure = {
        row.sku: by_sku[row.sku] for row in variants if row.sku in by_sku and said[row.sku] == 1
    }
    left = {id(variant) for variant in known} - {id(variant) for variant in sure.values()}
    by_title = {variant.title: variant for variant in known if id(variant) in left}
    for row in variants:
        yield row, sure.get(row.sku) or by_title.pop(row.title, None)
