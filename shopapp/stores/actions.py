"""Opening a store, and how it wants to be run."""

from __future__ import annotations

import re
from collections.abc import Mapping

from shopapp import clock
from shopapp.db import Session
from shopapp.refusals import Invalid
from shopapp.stores import queries, registry
from shopapp.stores.models import Store, StoreSettings

RESERVED = frozenset(
    "login logout verify theme shortcuts static hooks healthz readyz metrics stores preferences "
    "dev account admin api assets errors favicon.ico robots.txt recover reset invitations "
    "survey connect".split()
)
_HANDLE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


def open_store(
    session: Session,
    *,
    handle: str,
    name: str,
    currency: str = "USD",
    timezone: str = "UTC",
    is_demo: bool = False,
) -> tuple[Store, StoreSettings]:
    """A new store and its settings (not yet added to a bound session: the caller binds first).

    Raises Invalid for a handle that is malformed, reserved or taken.
    """
    _check(session, handle)
    store = Store(
        handle=handle,
        name=name,
        currency=currency,
        timezone=timezone,
        is_demo=is_demo,
        installed_at=clock.now(),
    )
    session.add(store)
    session.flush()
    return store, StoreSettings(store_id=store.id)


def set_limits(settings: StoreSettings, values: Mapping[str, int]) -> None:
    """Set every threshold; one at its default is not stored, so that it follows a new default."""
    defaults = {each.key: each.default for each in registry.THRESHOLDS}
    settings.thresholds = {key: value for key, value in values.items() if value != defaults[key]}


def set_switches(settings: StoreSettings, values: Mapping[str, bool]) -> None:
    """Set every toggle; one at its default is not stored."""
    defaults = {each.key: each.default for each in registry.TOGGLES}
    settings.toggles = {key: is_on for key, is_on in values.items() if is_on != defaults[key]}


def _check(session: Session, handle: str) -> None:
    if not _HANDLE.fullmatch(handle):
        message = "A store's handle has 1 to 40 lower-case letters, digits and hyphens."
        raise Invalid(message, "handle")
    if handle in RESERVED or queries.by_handle(session, handle):
        message = f"The handle '{handle}' is taken; choose another."
        raise Invalid(message, "handle")
