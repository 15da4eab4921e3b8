"""Two plantings at one moment are the same, but for their ids."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from seeds import cast
from shopapp import clock
from shopapp.db import Base, new_session
from shopapp.ops import seeding
from shopapp.ops.database import store_owned_tables
from shopapp.stores.models import Store
from shopapp.tenancy import bind

MOMENT = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
# Ids, what is made of ids, and how long the machine took.
LEFT_OUT = {"updated_at", "sha256", "context_hash", "latency_ms", "size"}
ID = re.compile(r"c[0-9a-z]{24}(?:\.[0-9a-z]{26})?|=_[0-9a-f]{32}")


def test_two_plantings_are_equal(ground: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: MOMENT)
    seeding.plant(ground, "base")
    first = {shop.handle: content(shop.handle) for shop in cast.SHOPS}
    seeding.plant(ground, "base", reset=True)
    for shop in cast.SHOPS:
        assert content(shop.handle) == first[shop.handle]
    assert sum(map(len, first["harbor"].values())) > 500


def test_the_clock_is_put_back(ground: Flask) -> None:
    before = clock.now
    seeding.plant(ground, "empty")
    assert clock.now is before


def content(handle: str) -> dict[str, list[str]]:
    """Every row of the store's tables as text, in the order of their making."""
    with new_session() as session:
        store_id = session.scalars(select(Store.id).where(Store.handle == handle)).one()
        session.rollback()
        bind(session, store_id)
        connection = session.connection()
        found = {}
        for name in store_owned_tables():
            table = Base.metadata.tables[name]
            mine = select(table).where(table.c.store_id == store_id).order_by(table.c.id)
            found[name] = [
                told({key: value for key, value in row.items() if key not in LEFT_OUT})
                for row in connection.execute(mine).mappings()
            ]
        return found


def told(row: dict[str, object]) -> str:
    return ID.sub("…", repr(row))
