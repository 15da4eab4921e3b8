"""Search Console exports as it writes them, for the tests."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta

QUERIES = """Top queries,Clicks,Impressions,CTR,Position
green tea,30,1000,3%,5.2
"tea, loose",12,400,3%,9.81
earl grey tin,0,250,0%,14
"""
PAGES = """Top pages,Clicks,Impressions,CTR,Position
https://harbor.example/,90,900,10%,1.6
https://harbor.example/products/earl-grey,40,2000,2%,6.4
https://harbor.example/products/earl-grey?variant=41,6,300,2%,7.1
"""
FILTERS = "Filter,Value\nSearch type,Web\nDate,Last 28 days\n"
COUNTRIES = "Country,Clicks,Impressions,CTR,Position\nGermany,100,2000,5%,6\n"
DEVICES = "Device,Clicks,Impressions,CTR,Position\nMobile,100,2000,5%,6\n"
COMPARED = """Top queries,Last 28 days Clicks,Previous 28 days Clicks,Last 28 days Impressions,\
Previous 28 days Impressions,Last 28 days CTR,Previous 28 days CTR,Last 28 days Position,\
Previous 28 days Position
green tea,30,20,1000,800,3%,2.5%,5.2,6.1
new tea,5,0,100,0,5%,0%,8,0
"""
LANGUAGES = {
    "en": ("Top queries", "Clicks,Impressions,CTR,Position"),
    "de": ("Häufigste Suchanfragen", "Klicks,Impressionen,CTR,Position"),
    "de long": (
        "Häufigste Suchanfragen",
        "Klicks,Impressionen,Klickrate,Durchschnittliche Position",
    ),
    "fr": ("Requêtes les plus fréquentes", "Clics,Impressions,CTR,Position"),
    "es": ("Consultas principales", "Clics,Impresiones,CTR,Posición"),
    "it": ("Query principali", "Clic,Impressioni,CTR,Posizione"),
    "nl": ("Populairste zoekopdrachten", "Klikken,Vertoningen,CTR,Positie"),
    "pt": ("Principais consultas", "Cliques,Impressões,CTR,Posição"),
    "tr": ("En popüler sorgular", "Tıklama,Görüntüleme,TO,Konum"),
}
DAYS = {"first_day": "2026-10-25", "last_day": "2026-11-21"}


def chart(first: date = date(2026, 10, 25), days: int = 28) -> str:
    """The chart's days: ten clicks and a hundred impressions each."""
    rows = [f"{first + timedelta(days=n)},10,100,10%,7" for n in range(days)]
    return "\n".join(["Date,Clicks,Impressions,CTR,Position", *rows, ""])


def zipped(**files: str) -> bytes:
    """A zip file; names without their ending."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(f"{name}.csv", text)
    return buffer.getvalue()


def performance(queries: str = QUERIES, pages: str = PAGES, filters: str = FILTERS) -> bytes:
    """The whole export of the performance report."""
    return zipped(
        Queries=queries,
        Pages=pages,
        Countries=COUNTRIES,
        Devices=DEVICES,
        Chart=chart(),
        Filters=filters,
    )
