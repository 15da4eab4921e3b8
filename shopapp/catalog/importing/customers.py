"""Who bought: customers found or made by their address; what they bought is counted in SQL."""

from __future__ import annotations

from collections.abc import Collection

from shopapp.catalog import queries
from shopapp.catalog.importing.changes import Inserts, applied
from shopapp.catalog.importing.order_rows import OrderRows
from shopapp.catalog.importing.units import batches
from shopapp.catalog.models import Customer
from shopapp.db import Session
from shopapp.sheets.importing import Report


class Customers:
    """The customers of a file; one that appears twice is made once."""

    def __init__(self, session: Session, inserts: Inserts, report: Report, *, write: bool) -> None:
        self._session, self._inserts, self._report = session, inserts, report
        self._write = write
        self._made: dict[str, str] = {}
        self._old: dict[str, Customer] = {}
        self._touched: set[str] = set()

    def prepare(self, units: Collection[OrderRows]) -> None:
        """Look up the customers of a batch."""
        emails = {unit.email for unit in units} - {""}
        self._old = queries.customers_by_email(self._session, emails)

    def of(self, unit: OrderRows) -> str | None:
        """The id of the order's customer, who is made if need be; None without an address."""
        if not unit.email:
            return None
        old = self._old.get(unit.email)
        if unit.email not in self._made:
            if old is not None:
                return self._updated(old, unit)
            self._made[unit.email] = self._new(unit)
        return self._made[unit.email]

    def touch(self, *customer_ids: str | None) -> None:
        """These customers' orders have changed."""
        self._touched.update(filter(None, customer_ids))

    def count(self) -> None:
        """Count the orders and the money of every customer that was touched."""
        for batch in batches(sorted(self._touched)):
            for customer, number, value in queries.customers_with_orders(self._session, batch):
                customer.order_count, customer.lifetime_value = number, value
            self._session.flush()

    def _new(self, unit: OrderRows) -> str:
        first, last = _names(unit.customer["name"])
        phone = unit.customer["phone"] or None
        values = {"email": unit.email, "first_name": first, "last_name": last, "phone": phone}
        self._report.count("new customers")
        return self._inserts.add(Customer, {**values, "shopify_id": None})

    def _updated(self, old: Customer, unit: OrderRows) -> str:
        """What we know stays; what is empty is filled in."""
        first, last = _names(unit.customer["name"])
        said: dict[str, str] = {}
        if first and not (old.first_name or old.last_name):
            said |= {"first_name": first, "last_name": last}
        if unit.customer["phone"] and not old.phone:
            said["phone"] = unit.customer["phone"]
        if applied(old, said, write=self._write):
            self._report.count("updated customers")
        return old.id


def _names(full: str) -> tuple[str, str]:
    first, _, last = full.strip().partition(" ")
    return first, last.strip()
