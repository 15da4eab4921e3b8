"""A store's own numbers of days."""

from __future__ import annotations

from collections.abc import Mapping

from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.ops.retention.rules import RULES, values
from shopapp.settings.actions import locked, save
from shopapp.stores.models import StoreSettings

CHANGED = "retention.changed"


def save_retention(
    session: Session, *, days: Mapping[str, int], version: int, by: User
) -> StoreSettings:
    """Set the days typed on a form that was opened at `version`; raises Clash."""
    row = locked(session)
    return save(
        session,
        row,
        action=CHANGED,
        before=values(row),
        values=days,
        version=version,
        by=by,
        write=_set,
    )


def _set(settings: StoreSettings, days: Mapping[str, int]) -> None:
    """Only what differs from the default is kept, so that a better default reaches the store."""
    own = {rule.key: days[rule.key] for rule in RULES if days[rule.key] != rule.default}
    settings.retention_overrides = own
