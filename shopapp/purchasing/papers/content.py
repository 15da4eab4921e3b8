"""What stands on a purchase order's paper, whatever it is printed with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shopapp.purchasing.totals import Totals, totals


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One article; `unit_cost` has up to four places."""

    sku: str
    vendor_sku: str
    title: str
    quantity: int
    unit_cost: Decimal


@dataclass(frozen=True, slots=True)
class Paper:
    """An order as the vendor reads it. `mark` stands large on every page: DRAFT, CANCELLED."""

    store: str
    number: str
    mark: str
    day: date
    expected: date | None
    vendor: str
    vendor_address: str
    vendor_email: str
    ship_to: str
    terms: str
    currency: str
    shipping: Decimal
    notes: str
    lines: tuple[PaperLine, ...]

    @property
    def totals(self) -> Totals:
        """What it comes to."""
        pairs = ((line.quantity, line.unit_cost) for line in self.lines)
        return totals(pairs, self.shipping, self.currency)

    @property
    def file_name(self) -> str:
        """The file's name without its ending."""
        return self.number or f"Draft for {self.vendor}"
