"""Statistics: SQLite plans its queries by them and, unlike PostgreSQL, takes none by itself."""

from __future__ import annotations

from sqlalchemy import text

from shopapp.jobs.context import JobContext
from shopapp.jobs.registry import handler

ANALYZE = "database.analyze"


@handler(ANALYZE)
def analyze(context: JobContext) -> None:
    """Count what stands in SQLite's indexes; connections that are opened later plan by it."""
    with context.transaction() as session:
        if session.get_bind().dialect.name == "sqlite":
            session.execute(text("ANALYZE"))
