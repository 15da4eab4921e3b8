"""Which column is which, by its words in seven languages, also with two ranges side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from shopapp.seo.rules.shapes import Kind
from shopapp.sheets.refusing import Unreadable

_DIMENSIONS: dict[str, re.Pattern[str]] = {
    "query": re.compile(r"quer(?:y|ies)|suchanfrage|requ[êe]te|consulta|zoekopdracht|keyword"),
    "page": re.compile(r"\bpages?\b|\bseiten?\b|página|pagin|\burls?\b"),
}
_METRICS: dict[str, re.Pattern[str]] = {
    "clicks": re.compile(r"(?:url )?(?:clicks|klicks|clics|clic|klikken|cliques)$"),
    "impressions": re.compile(
        r"(?:impressions?|impressionen|impresiones|impressioni|vertoningen|impressões)$"
    ),
    "ctr": re.compile(r"(?:ctr|klickrate|tasa de clics|taux de clics|klikfrequentie)$"),
    "position": re.compile(
        r"(?:(?:average |avg\.? |durchschnittliche |gemiddelde )?"
        r"(?:positie|position|posición|posicion|posizione|posição)(?: moyenne| media| média)?)$"
    ),
}
_NEEDED = ("clicks", "impressions", "position")
_BY_ORDER = ("clicks", "impressions", "ctr", "position")


@dataclass(frozen=True, slots=True)
class Period:
    """One range's columns; `label` is what stands before the metric, '' with one range alone."""

    label: str
    metrics: dict[str, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """The dimension's column and the ranges' columns, in the file's order."""

    dimension: str
    periods: tuple[Period, ...]
    is_english: bool


def kind_of(header: Sequence[str]) -> Kind | None:
    """Whether the table is one of queries or of pages, by its first column."""
    first = header[0].casefold() if header else ""
    for kind in ("query", "page"):
        if _DIMENSIONS[kind].search(first):
            return kind
    return None


def layout(header: Sequence[str]) -> Layout:
    """Where everything stands; raises Unreadable when this is no table of a search report."""
    found: dict[str, dict[str, str]] = {}
    for name in header[1:]:
        metric = _metric(name)
        if metric is not None:
            found.setdefault(metric[1], {}).setdefault(metric[0], name)
    complete = {label: each for label, each in found.items() if all(n in each for n in _NEEDED)}
    if not complete and len(header) == 1 + len(_BY_ORDER):
        complete = {"": dict(zip(_BY_ORDER, header[1:], strict=True))}
    if not complete or not header or len(complete) > 2:
        raise Unreadable(
            "This is no table of Search Console’s performance report: it needs the columns "
            "clicks, impressions and position. Choose Export, Download CSV in the report."
        )
    periods = tuple(Period(label, metrics) for label, metrics in complete.items())
    return Layout(header[0], periods, any("clicks" in name.casefold() for name in header))


def _metric(name: str) -> tuple[str, str] | None:
    """The metric a column holds, and the label before it: 'Last 28 days Clicks'."""
    text = name.strip()
    for metric, pattern in _METRICS.items():
        found = pattern.search(text.casefold())
        if found:
            return metric, text[: found.start()].strip(" :-–")
    return None
