"""Opening a store: its handle is a path of its own."""

from __future__ import annotations

import pytest

from shopapp.db import Session
from shopapp.refusals import Invalid
from shopapp.stores.actions import RESERVED, open_store
from shopapp.stores.queries import settings
from shopapp.tenancy import bind


def test_a_new_store_has_settings_of_its_own(session: Session) -> None:
    store, row = open_store(session, handle="bay-7", name="Bay", currency="GBP")
    bind(session, store.id)
    session.add(row)
    session.flush()
    assert settings(session).store_id == store.id
    assert (store.handle, store.currency, row.version) == ("bay-7", "GBP", 1)


@pytest.mark.parametrize(
    "handle", ["", "Bay", "-bay", "bay-", "b y", "bäy", "x" * 41, "a/b", "harbor"]
)
def test_a_handle_that_cannot_be_is_refused(session: Session, handle: str) -> None:
    with pytest.raises(Invalid) as caught:
        open_store(session, handle=handle, name="Bay")
    assert caught.value.field == "handle"


@pytest.mark.parametrize("handle", sorted(word for word in RESERVED if "." not in word))
def test_a_handle_that_shopapp_needs_is_refused(session: Session, handle: str) -> None:
    with pytest.raises(Invalid):
        open_store(session, handle=handle, name="Bay")
