"""The setup checklist: a step seen, and the whole put away."""

from __future__ import annotations

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.home.queries.setup import DISMISSED, THRESHOLDS_SEEN
from shopapp.stores.models import Store


def dismiss(session: Session, store: Store, *, by: User) -> None:
    """The checklist is not shown any more, whatever of it is not done."""
    if store.onboarding.get(DISMISSED):
        return
    store.onboarding = {**store.onboarding, DISMISSED: clock.now().isoformat()}
    record(session, "setup.dismissed", store, by=by)


def note_seen(store: Store, mark: str) -> bool:
    """Somebody went where this step is done, which is all it asks for; False for another step."""
    if mark != THRESHOLDS_SEEN:
        return False
    if not store.onboarding.get(mark):
        store.onboarding = {**store.onboarding, mark: clock.now().isoformat()}
    return True
