"""The lines of the velocity table: what a view holds, how it is found and sorted."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import aliased

from shopapp.catalog.models import InventoryLevel, Product, Variant
from shopapp.inventory.models import ProductVelocity
from shopapp.purchasing.models import Vendor, VendorItem

Used = aliased(ProductVelocity)
WINDOWS = {days: aliased(ProductVelocity) for days in (7, 30, 90)}
_ENDLESS = 1e9


class View(enum.StrEnum):
    """The table's tabs."""

    RISK = "risk"
    OVERSTOCK = "overstock"
    NO_SALES = "no-sales"
    ALL = "all"

    @property
    def label(self) -> str:
        """The tab's words."""
        return "Stock-out risk" if self is View.RISK else self.value.replace("-", " ").capitalize()


class Sort(enum.StrEnum):
    """What the table can be sorted by."""

    NAME = "name"
    STOCK = "stock"
    INCOMING = "incoming"
    RATE_7 = "rate7"
    RATE_30 = "rate30"
    RATE_90 = "rate90"
    COVER = "cover"
    POINT = "point"
    SUGGESTED = "suggested"


@dataclass(frozen=True, slots=True)
class Line:
    """One variant of the table; rates by window, in units a day. `key` is what it is sorted by."""

    variant_id: str
    product: str
    option: str
    sku: str
    available: int | None
    incoming: int
    rates: Mapping[int, float]
    in_stock_days: Mapping[int, int]
    rate: float
    cover: float | None
    out_low: date | None
    out_on: date | None
    out_high: date | None
    point: int
    safety: int
    suggested: int
    reasons: Sequence[str]
    vendor: str
    vendor_id: str | None
    lead_days: float | None
    key: Any

    @property
    def title(self) -> str:
        """Product and option: 'Harbour Blend, 250 g'."""
        plain = self.option in ("", "Default Title")
        return self.product if plain else f"{self.product}, {self.option}"

    @property
    def cover_with_incoming(self) -> float | None:
        """Days of cover once everything on order has come in."""
        if self.cover is None:
            return None
        return max((self.available or 0) + self.incoming, 0) / self.rate


def lines(view: View, words: str, overstock_days: int, key: ColumnElement[Any]) -> Select[Any]:
    """The latest measurement of a view's variants that `words` describe; for `line_of`."""
    statement = (
        select(Used, Variant.title, Variant.sku, Product.title, Product.vendor_name)
        .add_columns(InventoryLevel.available, Vendor.id, Vendor.lead_time_mean)
        .add_columns(VendorItem.lead_time_days)
        .add_columns(*(each.average_daily_sales for each in WINDOWS.values()))
        .add_columns(*(each.in_stock_days for each in WINDOWS.values()))
        .add_columns(key.label("sorted_by"))
        .join(Variant, Variant.id == Used.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .outerjoin(InventoryLevel, _stock())
        .outerjoin(Vendor, Vendor.name == func.trim(Product.vendor_name))
        .outerjoin(VendorItem, _terms())
    )
    for days, other in WINDOWS.items():
        statement = statement.outerjoin(other, window(days))
    return statement.where(
        Used.window_days == 0,
        Used.recorded_for == latest(),
        in_view(view, overstock_days),
        _matching(words),
    )


def _stock() -> ColumnElement[bool]:
    return and_(
        InventoryLevel.location_id == Used.location_id,
        InventoryLevel.variant_id == Used.variant_id,
    )


def _terms() -> ColumnElement[bool]:
    return and_(VendorItem.vendor_id == Vendor.id, VendorItem.variant_id == Variant.id)


def latest() -> Any:
    """The day of the latest measurement, as a subquery."""
    newest = select(func.max(ProductVelocity.recorded_for))
    return newest.where(ProductVelocity.window_days == 0).scalar_subquery()


def window(days: int) -> ColumnElement[bool]:
    """How the rates of a window join the rate that is used."""
    other = WINDOWS[days]
    return and_(
        other.variant_id == Used.variant_id,
        other.location_id == Used.location_id,
        other.recorded_for == Used.recorded_for,
        other.window_days == days,
    )


def keys() -> dict[Sort, Any]:
    """What each sorting compares; never null, so that a page has an edge."""
    rates = {days: func.coalesce(each.average_daily_sales, 0.0) for days, each in WINDOWS.items()}
    return {
        Sort.NAME: func.lower(Product.title),
        Sort.STOCK: Used.current_inventory,
        Sort.INCOMING: Used.incoming,
        Sort.RATE_7: rates[7],
        Sort.RATE_30: rates[30],
        Sort.RATE_90: rates[90],
        Sort.COVER: func.coalesce(Used.days_of_cover, _ENDLESS),
        Sort.POINT: func.coalesce(Used.reorder_point, 0),
        Sort.SUGGESTED: Used.recommended_reorder_quantity,
    }


def in_view(view: View, overstock_days: int) -> ColumnElement[bool]:
    """Whether a variant belongs to a view."""
    if view is View.RISK:  # known stock that sells: only then is there a cover
        return and_(Used.days_of_cover.is_not(None), Used.current_inventory <= Used.reorder_point)
    if view is View.OVERSTOCK:
        return Used.days_of_cover > overstock_days
    if view is View.NO_SALES:
        return func.coalesce(WINDOWS[90].average_daily_sales, 0.0) == 0
    return true()


def _matching(words: str) -> ColumnElement[bool]:
    columns = (Variant.sku, Product.title, Variant.title, Product.vendor_name)
    return and_(
        true(),
        *(
            or_(*(column.icontains(word, autoescape=True) for column in columns))
            for word in words.split()[:8]
        ),
    )


def line_of(row: Any) -> Line:
    """The line a row of `lines` stands for."""
    used, option, sku, product, vendor, available, vendor_id, lead, own_lead, *rest = row
    rates, days, key = rest[:3], rest[3:6], rest[6]
    return Line(
        used.variant_id,
        product,
        option,
        sku or "",
        None if available is None else used.current_inventory,
        used.incoming,
        dict(zip(WINDOWS, (rate or 0.0 for rate in rates), strict=True)),
        dict(zip(WINDOWS, (number or 0 for number in days), strict=True)),
        used.average_daily_sales,
        used.days_of_cover,
        used.stockout_low,
        used.projected_stockout_date,
        used.stockout_high,
        used.reorder_point or 0,
        used.safety_stock or 0,
        used.recommended_reorder_quantity,
        used.reasons,
        (vendor or "").strip(),
        vendor_id,
        own_lead or lead,
        key,
    )
