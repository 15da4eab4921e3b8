"""Which variant a line of an order means: by its SKU, else by the name Shopify gives a line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from shopapp.catalog import queries
from shopapp.catalog.importing.order_rows import LineRow
from shopapp.db import Session

_BETWEEN = " - "
_NAMELESS = ("Default Title", "")


class Variants:
    """The variants a batch of lines can mean. Several with one SKU are told apart by name."""

    def __init__(self, session: Session, lines: Collection[LineRow]) -> None:
        self._by_sku: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._by_name: dict[str, list[str]] = defaultdict(list)
        skus = {line.sku for line in lines if line.sku}
        nameless = [str(line.values["title"]) for line in lines if not line.sku]
        titles = {title for name in nameless for title in _titles(name)}
        for found in queries.sold_variants(session, skus, titles):
            name = line_name(found.product_title, found.title)
            self._by_name[name].append(found.id)
            if found.sku:
                self._by_sku[found.sku].append((found.id, name))

    def of(self, line: LineRow) -> str | None:
        """The variant's id, or None when nothing or more than one fits."""
        name = str(line.values["title"])
        if line.sku:
            ids = [found for found, _ in self._by_sku[line.sku]]
            named = [found for found, called in self._by_sku[line.sku] if called == name]
        else:
            ids, named = [], self._by_name[name]
        return next((each[0] for each in (named, ids) if len(each) == 1), None)


def line_name(product: str, variant: str) -> str:
    """What Shopify calls a line: the product's title, and the variant's if it has one."""
    return product if variant in _NAMELESS else f"{product}{_BETWEEN}{variant}"


def _titles(name: str) -> list[str]:
    """What the product's title may be, for a line of that name."""
    parts = name.split(_BETWEEN)
    return [_BETWEEN.join(parts[:end]) for end in range(1, len(parts) + 1)]
