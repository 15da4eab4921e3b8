"""What to propose buying, from whom: pure arithmetic over what measuring recommends."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

NO_VENDOR = "No vendor"


@dataclass(frozen=True, slots=True)
class Need:
    """What measuring recommends for one variant; `incoming` is what it already counted on."""

    variant_id: str
    vendor: str
    recommended: int
    incoming: int
    days_of_cover: float | None
    sku: str
    reason: str


def vendor_name(name: str | None) -> str:
    """The vendor's name as a vendor is called; goods without one have a vendor of that name."""
    return (name or "").strip() or NO_VENDOR


def unmet(
    needs: Iterable[Need], standing: Collection[str], coming: Mapping[str, int]
) -> dict[str, list[Need]]:
    """The needs nothing has been done about, by vendor, the most urgent first.

    `standing` are the variants on a draft: those are people's to change. `coming` is what orders
    still bring by variant; more than measuring counted on means that the recommendation is older
    than the order.
    """
    found: dict[str, list[Need]] = {}
    for need in sorted(needs, key=_urgency):
        if need.recommended <= 0 or need.variant_id in standing:
            continue
        if coming.get(need.variant_id, 0) <= need.incoming:
            found.setdefault(need.vendor, []).append(need)
    return dict(sorted(found.items()))


def _urgency(need: Need) -> tuple[float, str, str]:
    cover = float("inf") if need.days_of_cover is None else need.days_of_cover
    return cover, need.sku, need.variant_id
