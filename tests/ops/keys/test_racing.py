"""A data key is not destroyed under the hands of somebody who seals with it."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaiting

import pytest

from shopapp.ops.keys import retiring, rotating
from shopapp.ops.keys.retiring import InUse
from shopapp.ops.keys.stores import Shop
from tests import cast
from tests.canaries import canary
from tests.ops.keys.room import Room
from tests.ops.keys.test_rotating import silent

HARBOR = Shop(cast.HARBOR.id, "harbor")


@pytest.mark.dialects("postgresql")  # SQLite has one writer at a time
def test_retiring_waits_for_who_seals_and_then_sees_the_value(room: Room) -> None:
    with ThreadPoolExecutor(1) as other, room.writing("harbor") as (vault, row):
        vault.seal(row, "secret", canary("late"))  # with key 1, not committed yet
        rotating.begin(room.ring, HARBOR.id, queue=False)
        waiting: Future[int] = other.submit(_retire, room)
        with pytest.raises(StillWaiting):
            waiting.result(timeout=0.2)
        room.commit(row)
        with pytest.raises(InUse, match=r"1 value in store_secret\.secret"):
            waiting.result()
    rotating.finish_now(room.ring, HARBOR.id, note=silent)
    assert retiring.retire_data_keys(HARBOR) == 1
    with room.writing("harbor") as (vault, row):
        assert vault.open(row, "secret") == canary("late")


def _retire(room: Room) -> int:
    with room.app.app_context():
        return retiring.retire_data_keys(HARBOR)
