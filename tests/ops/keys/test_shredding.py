"""Crypto-shredding: one store's secrets are gone for good, in the database and out of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from shopapp.audit.models import AuditEvent
from shopapp.connections.models import DataKey, StoreSecret
from shopapp.connections.vault import Vault
from shopapp.crypto.envelope import CannotOpen
from shopapp.jobs import worker
from shopapp.jobs.models import JobState
from shopapp.ops.keys import rotating
from shopapp.ops.keys.shredding import shred
from shopapp.ops.keys.stores import looking_into
from shopapp.stores.models import Store
from shopapp.tenancy import CrossStore, store_transaction
from tests import cast
from tests.ops.keys.room import Room

HARBOR = cast.HARBOR.id


def test_a_shredded_store_has_no_key_and_no_value(room: Room) -> None:
    with store_transaction(HARBOR) as session:
        assert shred(session, HARBOR) == 1
    assert (room.keys("harbor").keys, room.keys("harbor").total) == ([], 0)
    assert room.read("hill") == {"first", "token"}
    with store_transaction(HARBOR) as session:
        assert not room.first(session).secret.is_set
        assert not session.get_one(Store, HARBOR).access_token.is_set
        (event,) = session.scalars(select(AuditEvent)).all()
        assert (event.action, event.after) == ("keys.shredded", {"destroyed": 1})


def test_a_copy_of_a_value_does_not_open_any_more(room: Room) -> None:
    with store_transaction(HARBOR) as session:
        copy = room.first(session).secret_ciphertext
        shred(session, HARBOR)
    room.seal("harbor", "second")
    with store_transaction(HARBOR) as session:
        row = room.first(session)
        row.secret_ciphertext = copy
        with pytest.raises(CannotOpen, match="a key this store does not have"):
            Vault(session, room.ring).open(row, "secret")


def test_shredding_is_replayed_on_what_a_backup_brought_back(room: Room) -> None:
    with store_transaction(HARBOR) as session:
        kept = session.scalars(select(DataKey)).one()
        shred(session, HARBOR)
    with store_transaction(HARBOR) as session:
        session.add(DataKey(version=1, kek_id=kept.kek_id, wrapped=kept.wrapped))
    with store_transaction(HARBOR) as session:
        assert shred(session, HARBOR) == 1
        assert shred(session, HARBOR) == 0
        assert session.scalars(select(DataKey)).all() == []


def test_a_session_of_another_store_shreds_nothing(room: Room) -> None:
    with pytest.raises(CrossStore), store_transaction(cast.HILL.id) as session:
        shred(session, HARBOR)
    assert room.read("harbor") == {"first", "token"}


def test_a_rotation_of_a_store_shredded_meanwhile_ends(room: Room) -> None:
    rotating.begin(room.ring, HARBOR, queue=True)
    with store_transaction(HARBOR) as session:
        shred(session, HARBOR)
    worker.drain(room.app)
    with looking_into(HARBOR) as session:
        job = rotating.job_of(session)
        assert job is not None
        assert job.state == JobState.DONE


def test_a_shredded_store_seals_its_next_secret_with_a_new_key(room: Room) -> None:
    with store_transaction(HARBOR) as session:
        shred(session, HARBOR)
    with store_transaction(HARBOR) as session:
        session.delete(session.scalars(select(StoreSecret)).one())
    room.seal("harbor", "later")
    assert room.read("harbor") == {"later", "token"}
