"""Which backups go: those beyond the count that are too old, but never the last proved one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shopapp.ops.backups.listing import Kept, outdated
from shopapp.ops.backups.manifests import Manifest

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def made(age: int, *, is_proved: bool = False) -> Kept:
    moment = NOW - timedelta(days=age)
    manifest = Manifest(
        artefact=f"shopapp-{age}.tar.gz.age",
        created_at=moment.isoformat(),
        dialect="sqlite",
        revision=None,
        tables={},
        files=0,
        key_ids=[],
        data_key_ids=[],
        database_bytes=0,
    )
    return Kept(manifest, is_proved)


def ages(backups: list[Kept], *, keep: int, days: int) -> list[int]:
    gone = outdated(backups, keep=keep, days=days, now=NOW)
    return [(NOW - each.made_at).days for each in gone]


def test_the_newest_stay_however_old_they_are() -> None:
    assert ages([made(50), made(60), made(70)], keep=2, days=35) == [70]


def test_what_is_young_stays_however_many_there_are() -> None:
    assert ages([made(age) for age in range(1, 40)], keep=1, days=35) == [36, 37, 38, 39]


def test_the_last_proved_one_stays() -> None:
    backups = [made(1), made(40), made(50, is_proved=True), made(60, is_proved=True)]
    assert ages(backups, keep=1, days=35) == [40, 60]
