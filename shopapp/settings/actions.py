"""Saving a page of settings: merged with what others saved meanwhile, and written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.audit.queries import latest_of
from shopapp.db import Session
from shopapp.drafts.models import ModelService
from shopapp.mail.models import Mailbox
from shopapp.mail.queries import default_mailbox
from shopapp.refusals import Stale
from shopapp.settings import queries
from shopapp.settings.merging import Collision, Earlier, merge
from shopapp.stores import registry
from shopapp.stores.actions import set_limits, set_switches
from shopapp.stores.models import Store, StoreSettings
from shopapp.stores.queries import settings as store_settings

THRESHOLDS = "thresholds.changed"
AUTOMATIONS = "automations.changed"
GENERAL = "general.changed"
Row = TypeVar("Row", StoreSettings, ModelService)


class Clash(Stale):
    """Somebody else changed the same values; `values` is the merge with mine on top."""

    def __init__(
        self, collisions: Sequence[Collision], values: Mapping[str, Any], version: int
    ) -> None:
        super().__init__(f"{collisions[-1].by} changed this while you were editing.")
        self.collisions = collisions
        self.values = values
        self.version = version


def save_thresholds(
    session: Session, *, values: Mapping[str, int], version: int, by: User
) -> StoreSettings:
    """Set the thresholds typed on a form that was opened at `version`; raises Clash."""
    row = locked(session)
    return save(
        session,
        row,
        action=THRESHOLDS,
        before=registry.limits(row),
        values=values,
        version=version,
        by=by,
        write=set_limits,
    )


def save_automations(
    session: Session, *, values: Mapping[str, bool], version: int, by: User
) -> StoreSettings:
    """Set the switches of a form that was opened at `version`; raises Clash."""
    row = locked(session)
    return save(
        session,
        row,
        action=AUTOMATIONS,
        before=registry.switches(row),
        values=values,
        version=version,
        by=by,
        write=set_switches,
    )


def save_general(
    session: Session, store: Store, *, values: Mapping[str, str], version: int, by: User
) -> StoreSettings:
    """Set the store's name, words and mailbox from a form opened at `version`; raises Clash."""
    row = locked(session)
    session.refresh(store)

    def write(settings: StoreSettings, new: Mapping[str, str]) -> None:
        store.name, store.timezone, store.currency = new["name"], new["timezone"], new["currency"]
        settings.signature, settings.brand_voice = new["signature"], new["brand_voice"]
        if new["mailbox_address"]:
            _set_mailbox(session, new["mailbox_address"], new["mailbox_name"])

    return save(
        session,
        row,
        action=GENERAL,
        before=queries.general(store, row, default_mailbox(session)),
        values=values,
        version=version,
        by=by,
        write=write,
    )


def locked(session: Session) -> StoreSettings:
    """The settings as they are now, kept from other writers until the commit."""
    row = store_settings(session)
    session.refresh(row, with_for_update=True)
    return row


def save(
    session: Session,
    row: Row,
    *,
    action: str,
    before: Mapping[str, Any],
    values: Mapping[str, Any],
    version: int,
    by: User,
    write: Callable[[Row, Mapping[str, Any]], None],
) -> Row:
    """Let `write` set `values`, typed on a form that was opened at `version`; raises Clash.

    `row` is `locked` and `before` holds its present values; `action` names the audit log's line.
    """
    merged, collisions = merge(values, before, _since(session, row, action, version))
    if collisions:
        raise Clash(collisions, merged, row.version)
    if merged == before:
        return row
    old = row.version
    with session.no_autoflush:  # one flush, one version
        write(row, merged)
    row.updated_at = clock.now()  # always a new version, also when only another table changed
    session.flush()
    was, now = {**before, "version": old}, {**merged, "version": row.version}
    record(session, action, row, by=by, before=was, after=now)
    return row


def _since(session: Session, row: Row, action: str, version: int) -> list[Earlier]:
    """What was saved after `version`, oldest first."""
    if version == row.version:
        return []
    events = latest_of(session, row, action)
    return [
        Earlier(event.actor_name, event.created_at, event.before or {}, event.after or {})
        for event in reversed(events)
        if (event.after or {}).get("version", 0) > version
    ]


def _set_mailbox(session: Session, address: str, name: str) -> None:
    """Make `address` the store's own: a mailbox it has already, the default one, or a new one."""
    default = default_mailbox(session)
    known = queries.mailbox_at(session, address)
    chosen = known or default or Mailbox(address=address)
    if default is not None and default is not chosen:
        default.is_default = False
    chosen.address, chosen.display_name, chosen.is_default = address, name, True
    session.add(chosen)
