"""The mirror's own rows: the one place that stands for all locations together."""

from __future__ import annotations

from sqlalchemy import select

from shopapp.catalog.models import Location
from shopapp.db import Session

EVERYWHERE = "all"


def everywhere(session: Session) -> Location:
    """The row for all locations together; it is made when it is missing."""
    found = session.scalar(select(Location).where(Location.is_all).limit(1))
    if found is None:
        found = Location(shopify_id=EVERYWHERE, name="All locations", is_all=True)
        session.add(found)
        session.flush()
    return found
