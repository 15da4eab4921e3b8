"""Orders beside the mirror: what is new, what differs, and writing it."""

from __future__ import annotations

from datetime import tzinfo
from itertools import zip_longest
from typing import Any

from sqlalchemy import update

from shopapp import clock
from shopapp.catalog import queries
from shopapp.catalog.importing.changes import Inserts, applied
from shopapp.catalog.importing.customers import Customers
from shopapp.catalog.importing.matching import Variants
from shopapp.catalog.importing.order_rows import OrderRows
from shopapp.catalog.importing.units import refused
from shopapp.catalog.models import Customer, Fulfillment, Order, OrderLine
from shopapp.db import Session
from shopapp.sheets.importing import Report

_ORDER = (Customer, Order, OrderLine, Fulfillment)
_SENT = "csv"


class Mirror:
    """One run over one file."""

    def __init__(self, session: Session, report: Report, zone: tzinfo, *, write: bool) -> None:
        self._session, self._report, self._zone, self._write = session, report, zone, write
        self._inserts = Inserts(session)
        self._customers = Customers(session, self._inserts, report, write=write)
        self._seen: dict[str, int] = {}
        self._now = clock.now()

    def take(self, batch: list[OrderRows]) -> None:
        """Compare a batch of orders with the mirror, and write what differs."""
        units = [unit for unit in batch if not self._is_twin(unit)]
        self._customers.prepare(units)
        self._variants = Variants(self._session, [line for unit in units for line in unit.lines])
        self._look_up(units)
        self._read: list[str] = []
        for unit in units:
            self._take(unit)
        if self._write:
            self._inserts.write(_ORDER)
            self._stamp(self._read)
        self._inserts.drop()

    def finish(self) -> None:
        """Count what the touched customers have bought."""
        if self._write:
            self._customers.count()

    def _stamp(self, order_ids: list[str]) -> None:
        """What a file says again has been read again: drafts ask how old an order's data is."""
        if order_ids:
            read = update(Order).where(Order.id.in_(order_ids)).values(synced_at=self._now)
            self._session.execute(read, execution_options={"synchronize_session": False})

    def _is_twin(self, unit: OrderRows) -> bool:
        key = unit.shopify_id or _own_id(unit)
        first = self._seen.setdefault(key, unit.head.line)
        if first != unit.head.line:
            unit.head.refuse("id", f"Line {first} has an order with the same Id.")
            return refused(unit.cells, self._report)
        return False

    def _take(self, unit: OrderRows) -> None:
        old = self._known(unit)
        customer_id = self._customers.of(unit)
        variants = [self._variants.of(line) for line in unit.lines]
        if old is None:
            self._add(unit, customer_id, variants)
            word = "new orders"
        else:
            word = self._updated(unit, old, customer_id, variants)
        self._report.count(word)
        if word != "unchanged orders":
            self._customers.touch(customer_id)
            self._changes_from(unit)
        self._tell(unit, variants)

    def _known(self, unit: OrderRows) -> Order | None:
        """The mirrored order: by its Id; without one by its name and the moment it was placed."""
        found = self._by_id.get(unit.shopify_id) or self._by_id.get(_own_id(unit))
        if found is None and not unit.shopify_id:
            found = self._by_name.get((unit.name, unit.values["placed_at"]))
        return found

    def _look_up(self, units: list[OrderRows]) -> None:
        old = queries.orders_known(
            self._session,
            [unit.shopify_id for unit in units] + [_own_id(unit) for unit in units],
            [unit.name for unit in units if not unit.shopify_id],
        )
        self._by_id = {order.shopify_id: order for order in old}
        self._by_name = {(order.name, order.placed_at): order for order in old}

    def _add(self, unit: OrderRows, customer_id: str | None, variants: list[str | None]) -> None:
        shopify_id = unit.shopify_id or _own_id(unit)
        own = {"shopify_id": shopify_id, "name": unit.name, "synced_at": self._now}
        order_id = self._inserts.add(Order, {**own, "customer_id": customer_id, **unit.values})
        for values in _lines(unit, variants):
            self._add_line(order_id, shopify_id, values)
        self._add_parcel(unit, order_id, shopify_id)

    def _updated(
        self, unit: OrderRows, old: Order, customer_id: str | None, variants: list[str | None]
    ) -> str:
        before = old.customer_id
        said = {**unit.values, "name": unit.name, "customer_id": customer_id or before}
        if unit.shopify_id:
            said["shopify_id"] = unit.shopify_id
        changed = applied(old, said, write=self._write)
        changed |= self._lines_changed(unit, old, variants)
        changed |= self._parcel_changed(unit, old)
        if not changed:
            self._read.append(old.id)
            return "unchanged orders"
        self._customers.touch(before)
        if self._write:
            old.synced_at = self._now
        return "updated orders"

    def _lines_changed(self, unit: OrderRows, old: Order, variants: list[str | None]) -> bool:
        changed = False
        for have, values in zip_longest(old.lines, _lines(unit, variants)):
            if have is None:
                self._add_line(old.id, unit.shopify_id or old.shopify_id, values)
            elif values is None and self._write:
                self._session.delete(have)
            elif values is not None:
                kept = values["variant_id"] or have.variant_id
                changed |= applied(have, values | {"variant_id": kept}, write=self._write)
                continue
            changed = True
        return changed

    def _add_line(self, order_id: str, shopify_id: str, values: dict[str, Any]) -> None:
        name = f"{shopify_id}/{values['position']}"
        self._inserts.add(OrderLine, {"order_id": order_id, "shopify_id": name, **values})

    def _parcel_changed(self, unit: OrderRows, old: Order) -> bool:
        """A parcel Shopify told us of stays as it is; ours follows the file."""
        shipped = unit.values.get("fulfilled_at")
        if shipped is None:
            return False
        if not old.fulfillments:
            self._add_parcel(unit, old.id, unit.shopify_id or old.shopify_id)
            return True
        own = [parcel for parcel in old.fulfillments if parcel.shopify_id.endswith(f"/{_SENT}")]
        return bool(own) and applied(own[0], {"shipped_at": shipped}, write=self._write)

    def _add_parcel(self, unit: OrderRows, order_id: str, shopify_id: str) -> None:
        shipped = unit.values.get("fulfilled_at")
        if shipped is not None:
            name = f"{shopify_id}/{_SENT}"
            row = {"order_id": order_id, "shopify_id": name, "shipped_at": shipped}
            self._inserts.add(Fulfillment, row)

    def _changes_from(self, unit: OrderRows) -> None:
        day = unit.values["placed_at"].astimezone(self._zone).date()
        self._report.since = min(day, self._report.since or day)

    def _tell(self, unit: OrderRows, variants: list[str | None]) -> None:
        self._report.count("lines", len(variants))
        if missing := variants.count(None):
            self._report.count("lines without a product", missing)
        if unit.computed:
            self._report.count("totals worked out")


def _own_id(unit: OrderRows) -> str:
    """What an order is called here when its file does not say its Id."""
    return f"csv/{unit.name}"


def _lines(unit: OrderRows, variants: list[str | None]) -> list[dict[str, Any]]:
    return [
        {**line.values, "position": number, "variant_id": variant}
        for number, (line, variant) in enumerate(zip(unit.lines, variants, strict=True), start=1)
    ]
