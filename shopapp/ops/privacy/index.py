"""Words of the forgotten leave the search index as well."""

from __future__ import annotations

from sqlalchemy import text

from shopapp.db import Session


def forget_words(session: Session) -> None:
    """Merge SQLite's index, which otherwise keeps deleted words until it does so by itself.

    PostgreSQL keeps words in the rows they are from, which its vacuum removes with them.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("INSERT INTO search_words (search_words) VALUES ('optimize')"))
