"""Backups by themselves: when one is due, what is written down, what the page shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shopapp.config import Config, ConfigError, from_environment
from shopapp.jobs import ledger, worker
from shopapp.ops.backups import jobs, runs, verifying
from shopapp.ops.backups.places import Folder
from shopapp.ops.models import BackupRun
from tests import apps, cast
from tests.jobs.scaffold import Shop
from tests.ops.backups.conftest import Vaulted

sqlite_only = pytest.mark.dialects("sqlite")
PAGE = "/harbor/system/backups"


def ring(shop: Shop, name: str) -> None:
    with shop.session(bound=False) as session:
        ledger.enqueue(session, name, store_id=None, arguments={})
    worker.drain(shop.app)


def recent(shop: Shop) -> list[BackupRun]:
    with shop.session(bound=False) as session:
        found = list(runs.recent_runs(session))
        session.expunge_all()
        return found


@sqlite_only
def test_a_turn_makes_one_backup_a_span_and_writes_it_down(vaulted: Vaulted) -> None:
    ring(vaulted.shop, jobs.TURN)
    ring(vaulted.shop, jobs.TURN)
    (run,) = recent(vaulted.shop)
    assert (run.place, run.error) == (str(vaulted.place), None)
    assert vaulted.place.size(run.artefact or "") == run.size


@sqlite_only
def test_a_turn_without_a_place_does_nothing(vaulted: Vaulted) -> None:
    vaulted.set(backup_to="")
    ring(vaulted.shop, jobs.TURN)
    ring(vaulted.shop, jobs.LOOK)
    assert recent(vaulted.shop) == []


@sqlite_only
def test_a_failure_is_written_down_and_tried_again(vaulted: Vaulted) -> None:
    recipient = vaulted.config.backup_recipient
    vaulted.set(backup_recipient="")
    ring(vaulted.shop, jobs.TURN)
    (failed,) = recent(vaulted.shop)
    assert failed.error is not None
    assert "BACKUP_RECIPIENT" in failed.error
    vaulted.set(backup_recipient=recipient)
    ring(vaulted.shop, jobs.TURN)
    assert [run.error is None for run in recent(vaulted.shop)] == [True, False]


def test_the_spans_are_counted_from_midnight(vaulted: Vaulted) -> None:
    noon = datetime(2026, 11, 25, 12, 7, tzinfo=UTC)
    with vaulted.shop.session(bound=False) as session:
        assert runs.is_due(session, timedelta(days=1), noon)
        session.add(BackupRun(started_at=noon, place="p", artefact="a"))
        session.flush()
        later = noon + timedelta(hours=11)
        assert not runs.is_due(session, timedelta(days=1), later)
        assert runs.is_due(session, timedelta(days=1), later + timedelta(hours=1))
        assert not runs.is_due(session, timedelta(minutes=15), noon + timedelta(minutes=7))
        assert runs.is_due(session, timedelta(minutes=15), noon + timedelta(minutes=8))


@sqlite_only
def test_a_signed_verification_is_taken_over_and_grows_old(vaulted: Vaulted) -> None:
    ring(vaulted.shop, jobs.NOW)
    (run,) = recent(vaulted.shop)
    artefact = run.artefact or ""
    verifying.prove(vaulted.config, vaulted.place, artefact, vaulted.identity)
    ring(vaulted.shop, jobs.LOOK)
    (run,) = recent(vaulted.shop)
    assert (run.check_error, run.verify_error) == (None, None)
    assert run.checked_at is not None
    assert run.verified_at is not None
    assert run.restore_seconds is not None
    assert runs.is_verified(run, run.verified_at + timedelta(days=8))
    assert not runs.is_verified(run, run.verified_at + timedelta(days=9))
    assert not runs.is_verified(None, run.verified_at)


@sqlite_only
def test_a_result_that_somebody_else_wrote_is_not_believed(vaulted: Vaulted) -> None:
    ring(vaulted.shop, jobs.NOW)
    (run,) = recent(vaulted.shop)
    name = run.artefact or ""
    proof = verifying.prove(vaulted.config, vaulted.place, name, vaulted.identity)
    vaulted.place.write(f"{name}.verified.json", proof.signed("another key").to_json())
    ring(vaulted.shop, jobs.LOOK)
    assert recent(vaulted.shop)[0].verified_at is None


@sqlite_only
def test_the_daily_look_finds_what_was_harmed(vaulted: Vaulted) -> None:
    ring(vaulted.shop, jobs.NOW)
    (run,) = recent(vaulted.shop)
    (vaulted.place.path / (run.artefact or "")).write_bytes(b"")
    ring(vaulted.shop, jobs.LOOK)
    (run,) = recent(vaulted.shop)
    assert run.check_error is not None
    assert "damaged" in run.check_error


@pytest.fixture
def page(config: Config, identity: tuple[Path, str], tmp_path: Path) -> Iterator[Flask]:
    """The application with a place for its backups."""
    place = str(tmp_path / "backups")
    made = replace(config, backup_to=place, backup_recipient=identity[1])
    with apps.app_of(made) as app:
        yield app


@sqlite_only
def test_the_page_makes_one_and_shows_it(page: Flask) -> None:
    ada: FlaskClient = apps.signed_in(page, cast.ADA)
    assert "There is none yet" in ada.get(PAGE).text
    asked = ada.post(PAGE, follow_redirects=True)
    assert "is being made" in asked.text
    ada.post(PAGE)
    assert worker.drain(page) == 1
    shown = ada.get(PAGE).text
    (artefact, *_) = Folder(Path(page.config["SHOPAPP"].backup_to)).names()
    assert artefact in shown
    assert f'href="{artefact}"' not in shown
    assert "No full verification succeeded" in shown


def test_the_page_says_what_to_set(app: Flask) -> None:
    ada = apps.signed_in(app, cast.ADA)
    assert "BACKUP_TO" in ada.get(PAGE).text
    assert ada.post(PAGE).status_code == 409
    assert apps.signed_in(app, cast.BEN).get(PAGE).status_code == 403


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BACKUP_RECIPIENT", "AGE-SECRET-KEY-1"),
        ("BACKUP_TO", "s3://bucket"),
        ("BACKUP_EVERY", "5"),
        ("BACKUP_KEEP", "0"),
        ("BACKUP_KEEP_DAYS", "0"),
        ("BACKUP_OBJECT_LOCK_DAYS", "-1"),
    ],
)
def test_a_wrong_setting_stops_the_start(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        from_environment({name: value})
