"""Where decisions come from: one file each, one bounded statement each, all put into one order."""

from __future__ import annotations

from shopapp.db import Session
from shopapp.home.ranking import Decision
from shopapp.home.sources import connections, flags, insights, jobs, stock, tickets
from shopapp.home.standing import Standing

SOURCES = (tickets, flags, stock, insights, connections, jobs)
MOST = 200
"""Rows a source brings at most, those first that are likeliest to matter."""


def everything(session: Session, standing: Standing) -> list[Decision]:
    """What waits in the store, in no order yet."""
    return [each for source in SOURCES for each in source.decisions(session, standing, MOST)]
