"""The kinds of files that can be brought, and which kind a file looks like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shopapp.catalog.importing.orders import ORDERS
from shopapp.catalog.importing.products import PRODUCTS
from shopapp.inbox.actions.bringing import KNOWLEDGE
from shopapp.inbox.actions.moving import IMPORTERS as HELP_DESKS
from shopapp.metrics.importing import SALES_HISTORY
from shopapp.seo.importing import PAGES, QUERIES
from shopapp.sheets.importing import Importer

IMPORTERS: tuple[Importer, ...] = (
    PRODUCTS,
    ORDERS,
    SALES_HISTORY,
    QUERIES,
    PAGES,
    *HELP_DESKS,
    KNOWLEDGE,
)
_SURE = 0.75
_NO_CHANGE = ("unchanged", "lines", "days kept")


def importer(kind: str) -> Importer | None:
    """The importer called `kind`."""
    return next((each for each in IMPORTERS if each.kind == kind), None)


def likeness(each: Importer, header: Sequence[str]) -> float:
    """How much of what marks the kind is in the header, from 0 to 1."""
    return 1 - len(lacking(each, header)) / len(each.columns) if each.columns else 0.0


def lacking(each: Importer, header: Sequence[str]) -> list[str]:
    """The marks of the kind the header lacks; a mark may have variants: "Handle|URL handle"."""
    have = {_plain(name) for name in header}
    marks = (mark.split("|") for mark in each.columns)
    return [mark[0] for mark in marks if not have & {_plain(name) for name in mark}]


def recognised(header: Sequence[str]) -> Importer | None:
    """The kind the header looks most like, when it is sure enough."""
    best = max(IMPORTERS, key=lambda each: likeness(each, header))
    return best if likeness(best, header) >= _SURE else None


def changes(counts: Mapping[str, int]) -> bool:
    """Whether a file with these counts changes anything."""
    return any(number and not word.startswith(_NO_CHANGE) for word, number in counts.items())


def _plain(name: str) -> str:
    return " ".join(name.lower().split())
