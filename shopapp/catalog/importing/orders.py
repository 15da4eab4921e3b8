"""Shopify's order export: orders, lines, parcels and customers, made or brought up to date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import tzinfo
from zoneinfo import ZoneInfo

from shopapp.catalog.importing.order_changes import Mirror
from shopapp.catalog.importing.order_rows import KIND, OrderRows, order
from shopapp.catalog.importing.units import Parsed, batches, groups, refused
from shopapp.db import Session
from shopapp.sheets.columns import Cells
from shopapp.sheets.importing import Importer, Progress, Report
from shopapp.sheets.reading import read
from shopapp.stores.models import Store
from shopapp.tenancy import store_of


def run(
    session: Session,
    content: bytes,
    options: Mapping[str, str],
    *,
    write: bool,
    progress: Progress,
) -> Report:
    """Check or import an order export; raises Unreadable."""
    report = Report()
    columns = KIND.columns(read(content)).present
    total, found = groups(content, KIND, report)
    progress(0, total)
    store = session.get_one(Store, store_of(session))
    mirror = Mirror(session, report, ZoneInfo(store.timezone), write=write)
    parsed = _orders(found, columns, ZoneInfo(store.timezone), store.currency, report)
    for batch in batches(parsed):
        mirror.take([each.unit for each in batch])
        progress(batch[-1].read, total)
    mirror.finish()
    progress(total, total)
    return report


ORDERS = Importer(
    kind="orders",
    label="Orders",
    explanation=(
        "In Shopify: Orders, Export, all orders, plain CSV. Brings orders, lines, customers and "
        "what was shipped. An order with the same Id is brought up to date. Import products first: "
        "lines find their product by SKU."
    ),
    fields=(),
    run=run,
    columns=("Name", "Financial Status", "Lineitem name", "Lineitem quantity", "Lineitem price"),
    follow_ups=("metrics.facts", "flags.check"),
)


def _orders(
    found: Iterable[tuple[list[Cells], int]],
    columns: frozenset[str],
    zone: tzinfo,
    currency: str,
    report: Report,
) -> Iterator[Parsed[OrderRows]]:
    for rows, done in found:
        read_order = order(rows, columns, zone, currency)
        if not refused(rows, report):
            yield Parsed(read_order, len(rows), done)
