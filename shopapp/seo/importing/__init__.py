"""Search Console's own exports: the tables of queries and pages, alone or in their zip file."""

from __future__ import annotations

from shopapp.seo.importing.importers import PAGES, QUERIES

__all__ = ["PAGES", "QUERIES"]
