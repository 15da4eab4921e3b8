"""How the store works its tickets: settings, calendar and levels, read once a session."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from functools import lru_cache
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import select

from shopapp.db import Session
from shopapp.inbox import hours, promises
from shopapp.inbox.hours import Calendar
from shopapp.inbox.models import InboxSettings
from shopapp.inbox.promises import Levels
from shopapp.stores.models import Store
from shopapp.stores.queries import settings as store_settings
from shopapp.tenancy import store_of

_KEPT, _LEVELS = "inbox.desk", "inbox.levels"


def settings(session: Session) -> InboxSettings:
    """The store's inbox settings; when it has none, everything at its default, in no session."""
    kept = session.info.get(_KEPT)
    if kept is None:
        kept = session.scalar(select(InboxSettings)) or InboxSettings(
            levels={}, holidays={}, assignment={}, spam={}, survey={}, version=0
        )
        session.info[_KEPT] = kept
    return cast(InboxSettings, kept)


def levels(session: Session) -> Levels:
    """The store's service levels with its calendar; these are cheap to ask for again."""
    kept = session.info.get(_LEVELS)
    if kept is None:
        row = settings(session)
        is_on = bool(row.levels.get("is_on"))
        there = calendar(session) if is_on else Calendar(ZoneInfo("UTC"))
        kept = session.info[_LEVELS] = promises.levels_of(row.levels, there)
    return cast(Levels, kept)


def calendar(session: Session) -> Calendar:
    """When the desk works: the store's hours and zone without its holidays."""
    store = session.get_one(Store, store_of(session))
    kept = settings(session).holidays
    return Calendar(
        ZoneInfo(store.timezone),
        hours.week_of(store_settings(session).business_hours),
        Closed(str(kept.get("country") or ""), str(kept.get("region") or ""), _own_days(kept)),
    )


def forget(session: Session) -> None:
    """Read the settings again: somebody has just changed them."""
    for key in (_KEPT, _LEVELS):
        session.info.pop(key, None)


class Closed:
    """The days on which nobody works: a country's public holidays and the store's own."""

    def __init__(self, country: str, region: str, own: frozenset[date]) -> None:
        self.own = own
        self.public: Container[date] = public_holidays(country, region) if country else ()

    def __contains__(self, day: object) -> bool:
        return day in self.own or day in self.public


@lru_cache(maxsize=64)
def public_holidays(country: str, region: str) -> Any:
    """A country's public holidays as a mapping of date to name; raises NotImplementedError."""
    from holidays import country_holidays  # every country's calendar: only who needs one waits

    return country_holidays(country, subdiv=region or None)


def _own_days(kept: dict[str, Any]) -> frozenset[date]:
    return frozenset(date.fromisoformat(day) for day in kept.get("own", ()))
