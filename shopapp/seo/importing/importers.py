"""The two importers: a table of queries or of pages becomes the figures of its range."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from shopapp.db import Session
from shopapp.seo.importing import archive, storing
from shopapp.seo.importing.tables import Parsed, parsed
from shopapp.seo.rules.shapes import Kind
from shopapp.sheets.importing import Field, Importer, Progress, Report

SHOWN = 8  # rows of the sample
_CLICKS = "Clicks|Klicks|Clics|Clic|Klikken|Cliques"
_IMPRESSIONS = "Impressions|Impressionen|Impresiones|Impressioni|Vertoningen|Impressões"
_POSITION = (
    "Position|Durchschnittliche Position|Position moyenne|Posición|Posición media|Posizione|"
    "Posizione media|Positie|Posição|Posição média"
)
_RANGE = (
    Field(
        "first_day",
        "First day",
        "date",
        "Only for a single CSV file: the zip file of the export says it itself.",
    ),
    Field("last_day", "Last day", "date", "The last day the report was set to, included."),
)


def _run(
    kind: Kind,
    session: Session,
    content: bytes,
    options: Mapping[str, str],
    *,
    write: bool,
    progress: Progress,
) -> Report:
    """Check or import the file; raises Unreadable."""
    export = archive.opened(content, kind)
    read = parsed(export, kind, options)
    report = read.report
    report.sample = _sample(read, kind)
    for done, (days, rows) in enumerate(read.ranges.items()):
        progress(done, len(read.ranges))
        storing.replace(session, kind, days, rows, kept=read.refused, report=report, write=write)
    if export.total and len(read.ranges) == 1:
        storing.keep_total(session, next(iter(read.ranges)), export.total, write=write)
    progress(len(read.ranges), len(read.ranges))
    return report


def _sample(read: Parsed, kind: Kind) -> list[list[str]]:
    lines = [
        [
            row.name,
            str(row.clicks),
            str(row.impressions),
            f"{row.position:.1f}",
            days.first.isoformat(),
            days.last.isoformat(),
        ]
        for days, rows in read.ranges.items()
        for row in rows[:SHOWN]
    ]
    header = [kind.title(), "Clicks", "Impressions", "Position", "First day", "Last day"]
    return [header, *lines[:SHOWN]]


def _importer(kind: Kind, name: str, label: str, tab: str, column: str) -> Importer:
    return Importer(
        kind=name,
        label=label,
        explanation=(
            f"In Search Console open Performance, Search results, choose the days (28 days or 3 "
            f"months, compared or not) and Export, Download CSV. Upload the zip file as it is, or "
            f"the {tab} file in it. Google leaves out rare queries: rows do not add up to the "
            "total. The same days again replace what was imported for them."
        ),
        fields=_RANGE,
        run=partial(_run, kind),
        columns=(column, _CLICKS, _IMPRESSIONS, _POSITION),
        follow_ups=("seo.check",),
    )


QUERIES = _importer(
    "query",
    "search-queries",
    "Search Console queries",
    "Queries.csv",
    "Top queries|Queries|Query|Häufigste Suchanfragen|Requêtes les plus fréquentes|"
    "Consultas principales|Query principali|Populairste zoekopdrachten|Principais consultas",
)
PAGES = _importer(
    "page",
    "search-pages",
    "Search Console pages",
    "Pages.csv",
    "Top pages|Pages|Page|Häufigste Seiten|Pages les plus populaires|Páginas principales|"
    "Pagine principali|Populairste pagina's|Páginas principais|Principais páginas",
)
