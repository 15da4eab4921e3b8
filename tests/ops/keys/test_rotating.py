"""Rotation: every value gets the newest key, none is lost, whoever writes meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select, update

from shopapp.audit.models import AuditEvent
from shopapp.connections.models import StoreSecret
from shopapp.crypto.columns import Sealed
from shopapp.db import Base, Session
from shopapp.jobs import worker
from shopapp.ops.keys import resealing, rotating
from shopapp.ops.keys.resealing import Unopenable
from shopapp.ops.keys.sealed import sealed_columns
from shopapp.ops.keys.stores import looking_into
from shopapp.stores.models import Store, StoreSettings
from shopapp.tenancy import store_transaction
from tests import cast
from tests.canaries import canary
from tests.ops.keys.room import Room

HARBOR = cast.HARBOR.id


def silent(_session: Session, _done: int, _total: int) -> None:
    """Nobody counts."""


def test_every_sealed_column_is_found() -> None:
    declared = {
        f"{mapper.class_.__tablename__}.{name}"
        for mapper in Base.registry.mappers
        for name in mapper.class_.__dict__
        if isinstance(mapper.class_.__dict__[name], Sealed)
    }
    assert {str(column) for column in sealed_columns()} == declared
    assert {"store.access_token", "store_secret.secret"} <= declared


def test_the_worker_seals_everything_anew_with_the_new_key(room: Room) -> None:
    assert rotating.begin(room.ring, HARBOR, queue=True)
    assert room.versions("harbor") == {2: 0, 1: 2}
    assert room.read("harbor") == {"first", "token"}
    worker.drain(room.app)
    assert room.versions("harbor") == {2: 2, 1: 0}
    assert room.read("harbor") == {"first", "token"}
    assert room.versions("hill") == {1: 2}


def test_a_rotation_is_counted_dated_and_written_down(room: Room) -> None:
    room.seal_many("hill", 40)
    rotating.begin(room.ring, cast.HILL.id, queue=True)
    worker.drain(room.app)
    with looking_into(cast.HILL.id) as session:
        job = rotating.job_of(session)
        assert job is not None
        assert (job.state, job.progress_done, job.progress_total) == ("done", 42, 42)
        assert session.scalars(select(StoreSettings.secrets_rotated_at)).one() is not None
        assert session.scalars(select(AuditEvent.action)).all() == ["keys.rotated"]
        versions = select(StoreSecret.encryption_version, func.count()).group_by(
            StoreSecret.encryption_version
        )
        assert session.execute(versions).all() == [(2, 41)]


def test_a_rotation_that_was_not_finished_goes_on(room: Room) -> None:
    for _ in range(2):
        rotating.begin(room.ring, HARBOR, queue=False)
        assert room.versions("harbor") == {2: 0, 1: 2}
    assert rotating.finish_now(room.ring, HARBOR, note=silent) == 2
    assert rotating.finish_now(room.ring, HARBOR, note=silent) == 0
    rotating.begin(room.ring, HARBOR, queue=False)
    assert room.versions("harbor") == {3: 0, 2: 2, 1: 0}


def test_a_store_without_secrets_has_nothing_to_rotate(room: Room) -> None:
    with store_transaction(HARBOR) as session:
        other = Store(handle="empty", name="Empty")
        session.add(other)
        session.flush()
        empty = other.id
    assert not rotating.begin(room.ring, empty, queue=True)


def test_a_secret_replaced_in_the_middle_is_not_put_back(room: Room) -> None:
    """Between reading a batch and writing it somebody saves another password."""
    rotating.begin(room.ring, HARBOR, queue=False)
    interrupted: list[bool] = []

    @contextmanager
    def write() -> Iterator[Session]:
        if not interrupted:
            interrupted.append(True)
            with room.writing("harbor") as (vault, row):
                vault.seal(row, "secret", canary("newer"))
        with store_transaction(HARBOR) as session:
            yield session

    rotating.finish(room.ring, HARBOR, write=write, note=silent)
    assert room.versions("harbor") == {2: 2, 1: 0}
    with room.writing("harbor") as (vault, row):
        assert vault.open(row, "secret") == canary("newer")


def test_a_secret_taken_out_in_the_middle_stays_out(room: Room) -> None:
    rotating.begin(room.ring, HARBOR, queue=False)

    @contextmanager
    def write() -> Iterator[Session]:
        with room.writing("harbor") as (vault, row):
            vault.seal(row, "secret", None)
        with store_transaction(HARBOR) as session:
            yield session

    rotating.finish(room.ring, HARBOR, write=write, note=silent)
    assert room.versions("harbor") == {2: 1, 1: 0}
    with room.writing("harbor") as (_, row):
        assert not row.secret.is_set


def test_rows_stay_as_recently_changed_as_they_were(room: Room) -> None:
    query = select(StoreSecret.updated_at)
    with looking_into(HARBOR) as session:
        before = session.scalars(query).one()
    rotating.begin(room.ring, HARBOR, queue=True)
    worker.drain(room.app)
    with looking_into(HARBOR) as session:
        assert session.scalars(query).one() == before


def test_a_damaged_value_is_told_and_stops_no_other(room: Room) -> None:
    with store_transaction(HARBOR) as session:
        damaged = func.substr(StoreSecret.secret_ciphertext, 1, 40)
        session.execute(update(StoreSecret).values(secret_ciphertext=damaged))
    rotating.begin(room.ring, HARBOR, queue=False)
    with pytest.raises(Unopenable, match=r"left as it is \(1 value\): enter it again"):
        rotating.finish_now(room.ring, HARBOR, note=silent)
    assert room.versions("harbor") == {2: 1, 1: 1}


def test_more_than_one_batch_is_one_rotation(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resealing, "BATCH", 7)
    room.seal_many("hill", 30)
    counted: list[tuple[int, int]] = []
    rotating.begin(room.ring, cast.HILL.id, queue=False)
    rotating.finish_now(
        room.ring, cast.HILL.id, note=lambda _session, done, total: counted.append((done, total))
    )
    assert counted[0] == (1, 32)
    assert counted[-1] == (32, 32)
    assert len(counted) == 6
    assert len(room.read("hill")) == 32
