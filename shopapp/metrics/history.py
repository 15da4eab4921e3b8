"""A sales history beside what is known: what is new, what differs, and writing it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select

from shopapp import clock, ids
from shopapp.catalog.models import Product, Variant
from shopapp.db import Session
from shopapp.metrics.models import DailySales, SalesSource
from shopapp.sheets.importing import Report
from shopapp.tenancy import store_of

_TOGETHER = 2_000
_PLAIN = "Default Title"  # Shopify's name for the only variant of a product


@dataclass(slots=True)
class Sales:
    """What a file says of one SKU: units and money by day, summed; `price` is the latest."""

    line: int
    rows: int = 0
    units: dict[date, int] = field(default_factory=dict)
    gross: dict[date, Decimal] = field(default_factory=dict)
    price: tuple[date, Decimal] | None = None

    def add(self, day: date, units: int, price: Decimal | None) -> None:
        """One row of the file; a day without units is as good as none."""
        self.rows += 1
        if units:
            self.units[day] = self.units.get(day, 0) + units
        if price is None:
            return
        if units:
            self.gross[day] = self.gross.get(day, Decimal(0)) + units * price
        if self.price is None or day >= self.price[0]:
            self.price = day, price


class Known(NamedTuple):
    """A row of DailySales."""

    id: str
    units: int
    gross: Decimal
    source: SalesSource


class Found(NamedTuple):
    """A variant, and the price its units count with where the file names none."""

    variant_id: str
    price: Decimal


class History:
    """Takes a file's sales batch by batch; `write` says whether they are only compared."""

    def __init__(self, session: Session, report: Report, *, write: bool) -> None:
        self._session, self._report, self._write = session, report, write
        self._handles: set[str] | None = None
        self._same: dict[str, Any] = {"store_id": store_of(session)}
        self._same["created_at"] = self._same["updated_at"] = clock.now()

    def take(self, sold: Mapping[str, Sales]) -> None:
        """Compare a batch of SKUs with the database, and write what differs."""
        variants = self._variants(sold)
        known = self._known([found.variant_id for found in variants.values()])
        old: list[str] = []
        rows: list[dict[str, Any]] = []
        for sku, (variant, price) in variants.items():
            before = known.get(variant, {})
            for day, units in sold[sku].units.items():
                gross = sold[sku].gross.get(day, units * price)
                if not self._is_news(before.get(day), day, units, gross):
                    continue
                if day in before:
                    old.append(before[day].id)
                rows.append(self._row(variant, day, units, gross))
        if self._write:
            self._replace(old, rows)

    def _is_news(self, before: Known | None, day: date, units: int, gross: Decimal) -> bool:
        if before is None:
            self._report.count("new days")
        elif before.source is SalesSource.ORDERS:
            self._report.count("days kept from orders")
            return False
        elif (before.units, before.gross) == (units, gross):
            self._report.count("unchanged days")
            return False
        else:
            self._report.count("updated days")
        self._report.since = min(self._report.since or day, day)
        return True

    def _variants(self, sold: Mapping[str, Sales]) -> dict[str, Found]:
        """The variant of each SKU; unknown ones become products, doubtful ones are refused."""
        found: dict[str, list[Found]] = {}
        for variant, sku, price in self._session.execute(
            select(Variant.id, Variant.sku, Variant.price).where(Variant.sku.in_(list(sold)))
        ):
            found.setdefault(sku or "", []).append(Found(variant, price or Decimal(0)))
        for sku, several in found.items():
            if len(several) > 1:
                message = f"{len(several)} variants have the SKU “{sku}”: give each its own first."
                self._report.refuse(sold[sku].line, "sku", message, rows=sold[sku].rows)
        known = {sku: same[0] for sku, same in found.items() if len(same) == 1}
        return known | self._made({sku: each for sku, each in sold.items() if sku not in found})

    def _made(self, sold: Mapping[str, Sales]) -> dict[str, Found]:
        """Products for SKUs nobody sells yet: the SKU is their title."""
        if not sold:
            return {}
        self._report.count("new products", len(sold))
        products, variants = [], []
        for sku, sales in sold.items():
            handle, price = self._free_handle(sku), sales.price[1] if sales.price else None
            product = {"id": ids.new_id(), "handle": handle, "shopify_id": f"csv/{handle}"}
            products.append({**product, "title": sku, "status": "active", **self._same})
            variant = {"id": ids.new_id(), "product_id": product["id"], "sku": sku, "price": price}
            variant |= {"title": _PLAIN, "shopify_id": f"csv/{handle}/{_PLAIN}"}
            variants.append({**variant, "inventory_policy": "deny", **self._same})
        if self._write:
            self._session.execute(insert(Product), products)
            self._session.execute(insert(Variant), variants)
        return {row["sku"]: Found(row["id"], row["price"] or Decimal(0)) for row in variants}

    def _free_handle(self, sku: str) -> str:
        if self._handles is None:
            self._handles = set(self._session.scalars(select(Product.handle)))
        wished = re.sub(r"[^a-z0-9]+", "-", sku.lower()).strip("-") or "sku"
        handle = next(name for name in _numbered(wished) if name not in self._handles)
        self._handles.add(handle)
        return handle

    def _known(self, variants: Sequence[str]) -> dict[str, dict[date, Known]]:
        """The rows there are, by variant and day."""
        table, found = DailySales, dict[str, dict[date, Known]]()
        for variant, day, row, units, gross, source in self._session.execute(
            select(
                table.variant_id, table.day, table.id, table.units, table.gross, table.source
            ).where(table.variant_id.in_(variants))
        ):
            found.setdefault(variant, {})[day] = Known(row, units, gross, source)
        return found

    def _row(self, variant_id: str, day: date, units: int, gross: Decimal) -> dict[str, Any]:
        zero = Decimal(0)
        said = {"variant_id": variant_id, "day": day, "units": units, "gross": gross, "net": gross}
        fixed = {"discounts": zero, "returns": zero, "source": SalesSource.IMPORT}
        return {"id": ids.new_id(), **said, **fixed, **self._same}

    def _replace(self, old: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
        for start in range(0, len(old), _TOGETHER):
            gone = delete(DailySales).where(DailySales.id.in_(old[start : start + _TOGETHER]))
            self._session.execute(gone, execution_options={"synchronize_session": False})
        for start in range(0, len(rows), _TOGETHER):
            self._session.execute(insert(DailySales), rows[start : start + _TOGETHER])


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 1
    while True:
        number += 1
        yield f"{name}-{number}"
