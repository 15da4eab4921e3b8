"""What waits behind each place of the navigation: counted up to a hundred, in one statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, current_app, g
from sqlalchemy import Label, Select, func, select

from shopapp.db import Session
from shopapp.stores.models import StoreSettings
from shopapp.stores.queries import settings as settings_alone
from shopapp.web.htmx import is_partial

Waiting = Callable[[], Select[Any]]  # the rows that wait, one column of them
MOST = 100


def install(app: Flask, places: Mapping[str, Waiting]) -> None:
    """Count `places` ("inbox": its open tickets) for the shell of every page."""
    app.extensions["shopapp_waiting"] = dict(places)


def settings(session: Session) -> StoreSettings:
    """The store's settings; when a whole page is asked for, its counts come along."""
    columns = [] if is_partial() or "waiting" in g else _columns()
    if not columns:
        return settings_alone(session)
    row = session.execute(select(StoreSettings, *columns)).one()
    g.waiting = _read(row._mapping)
    found: StoreSettings = row[0]
    return found


def counts(session: Session) -> dict[str, str]:
    """How many wait at each place, as the shell shows it: '12', '99+' or ''; read once a page.

    A fragment has no shell, so nothing is counted for it.
    """
    if "waiting" not in g:
        g.waiting = {} if is_partial() else fresh(session)
    known: dict[str, str] = g.waiting
    return known


def fresh(session: Session) -> dict[str, str]:
    """The same as it is now, after a change."""
    columns = _columns()
    return _read(session.execute(select(*columns)).one()._mapping) if columns else {}


def _columns() -> list[Label[int]]:
    places: dict[str, Waiting] = current_app.extensions["shopapp_waiting"]
    return [_up_to_most(rows()).label(name) for name, rows in places.items()]


def _up_to_most(rows: Select[Any]) -> Any:
    return select(func.count()).select_from(rows.limit(MOST).subquery()).scalar_subquery()


def _read(row: Mapping[Any, Any]) -> dict[str, str]:
    """The numbers of a row; a full hundred is '99+'."""
    places: dict[str, Waiting] = current_app.extensions["shopapp_waiting"]
    return {name: _words(int(row[name])) for name in places}


def _words(number: int) -> str:
    return f"{MOST - 1}+" if number >= MOST else str(number or "")
