"""A vendor's articles: its SKU, cost, minimum, pack and lead time, edited where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from shopapp.purchasing import numbers
from shopapp.purchasing.forms import Read
from shopapp.purchasing.models import Vendor
from shopapp.purchasing.queries import vendors as queries
from shopapp.purchasing.queries.vendors import Offer
from shopapp.web.access import Scope

PAGE, PART = "purchasing/vendor.html", "purchasing/_vendor.html"
LONGEST = 200
FIELDS = (
    ("vendor_sku", "Their SKU", "text"),
    ("cost", "Cost", "decimal"),
    ("minimum_quantity", "Minimum", "numeric"),
    ("pack_size", "Pack of", "numeric"),
    ("lead_time_days", "Lead time", "decimal"),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One input; `theirs` is what somebody else saved there meanwhile."""

    name: str
    label: str
    mode: str
    value: str
    error: str
    theirs: str | None


def page(
    here: Scope, row: Vendor | None, read: Read | None = None, stale: set[str] | None = None
) -> dict[str, Any]:
    """What the table of articles needs."""
    words, after = (request.values.get(name, "")[:LONGEST] for name in ("q", "after"))
    shown: list[Offer] = []
    more = None
    if row is not None:
        shown, more = queries.offers(here.session, row, words, after=after)
    return {
        "words": words,
        "after": after,
        "offers": [(each, _version(each), _cells(each, read, stale or set())) for each in shown],
        "heads": [label for _name, label, _mode in FIELDS],
        "offer_problems": read.problems if read else [],
        "overtaken": bool(stale),
        "more_url": url_for("purchasing.vendor", vendor_id=row.id, q=words or None, after=more)
        if row is not None and more
        else None,
    }


def _version(offer: Offer) -> int:
    return offer.item.version if offer.item else 0


def _cells(offer: Offer, read: Read | None, stale: set[str]) -> list[Cell]:
    texts: Mapping[str, str] = read.texts if read else {}
    errors: Mapping[str, str] = read.errors if read else {}
    cells = []
    for name, label, mode in FIELDS:
        key, saved = f"{name}-{offer.variant_id}", _saved(offer, name)
        value = texts.get(key, saved)
        theirs = saved if offer.variant_id in stale and value != saved else None
        cells.append(Cell(key, label, mode, value, errors.get(key, ""), theirs))
    return cells


def _saved(offer: Offer, name: str) -> str:
    value = getattr(offer.item, name) if offer.item else None
    return value if isinstance(value, str) else numbers.plain(value)
