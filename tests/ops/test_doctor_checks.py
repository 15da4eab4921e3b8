"""The doctor's other checks, each where what it looks for is so, and where it is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.connections.models import ConnectionEvent, DataKey, EventStatus
from shopapp.db import Session
from shopapp.jobs import ledger, quiet
from shopapp.jobs.models import Job, JobState, ScheduleSlot
from shopapp.mail.models import OutboundKind, OutboundMail, OutboundState
from shopapp.ops.doctor import backups, connections, exposure, keys, machine, work
from shopapp.ops.doctor.cases import Case
from shopapp.ops.doctor.findings import Check, Status
from shopapp.ops.models import BackupRun
from tests import cast
from tests.conftest import OpenStore
from tests.ops.examined import OK, UNKNOWN, WARNING, WRONG, status


@pytest.mark.parametrize(("minutes", "expected"), [(0, OK), (2, WARNING), (10, WRONG)])
def test_the_queue(case: Case, session: Session, minutes: int, expected: Status) -> None:
    job = ledger.enqueue(session, "a", store_id=None, arguments={})
    session.commit()
    assert status(work.queue, case) is OK or minutes == 0
    since = clock.now() - timedelta(minutes=minutes)
    session.execute(update(Job).values(run_at=since, state=JobState.QUEUED))
    session.commit()
    assert job
    assert status(work.queue, case) is expected


def test_jobs_that_were_given_up(case: Case, session: Session) -> None:
    assert status(work.dead, case) is OK
    ledger.enqueue(session, "a", store_id=cast.HILL.id, arguments={})
    session.execute(update(Job).values(state=JobState.DEAD))
    session.commit()
    assert status(work.dead, case) is WARNING
    assert status(work.dead, replace(case, only=cast.HARBOR.id)) is OK


def test_the_schedule(case: Case, session: Session) -> None:
    assert status(work.schedule, case) is UNKNOWN
    session.add(slot := ScheduleSlot(name="mail.sweep", slot=clock.now()))
    session.commit()
    assert status(work.schedule, case) is OK
    slot.created_at = clock.now() - timedelta(hours=2)
    session.commit()
    assert status(work.schedule, case) is WRONG


@pytest.mark.parametrize("state", [OutboundState.UNKNOWN, OutboundState.QUEUED])
def test_mail_in_doubt_or_late(case: Case, store_session: OpenStore, state: OutboundState) -> None:
    assert status(work.deliveries, case) is OK
    hill = store_session("hill")
    hill.add(
        OutboundMail(
            kind=OutboundKind.DIGEST,
            idempotency_key="k",
            message_id="m",
            envelope_from="a@b.example",
            recipients=[],
            subject="s",
            content=b"",
            state=state,
            not_before=clock.now() - timedelta(hours=1),
        )
    )
    hill.commit()
    assert status(work.deliveries, case) is WARNING


def test_keys_that_are_there(case: Case) -> None:
    assert status(keys.keyring, case) is OK
    assert status(keys.data_keys, case) is OK


def test_keys_are_not_made_by_looking(case: Case, tmp_path: Path) -> None:
    elsewhere = replace(case, config=replace(case.config, instance=tmp_path / "new"))
    assert status(keys.keyring, elsewhere) is UNKNOWN
    assert not (tmp_path / "new").exists()


def test_a_keyring_that_is_lost(case: Case, store_session: OpenStore) -> None:
    hill = store_session("hill")
    hill.add(DataKey(version=1, kek_id="lost-key", wrapped=b"x"))
    hill.commit()
    finding = keys.data_keys(case)
    assert (finding.status, "lost-key" in finding.sentence) == (WRONG, True)
    (case.config.instance / "keyring.json").unlink()
    assert status(keys.keyring, case) is WRONG


def test_a_connection_whose_last_check_failed(case: Case, store_session: OpenStore) -> None:
    assert status(connections.latest, case) is UNKNOWN
    hill = store_session("hill")
    for number, found in enumerate((EventStatus.FAILURE, EventStatus.SUCCESS)):
        stamp = clock.now() + timedelta(seconds=number)
        hill.add(ConnectionEvent(integration="mail", status=found, message="No.", created_at=stamp))
    hill.commit()
    assert status(connections.latest, case) is OK
    late = clock.now() + timedelta(seconds=9)
    hill.add(
        ConnectionEvent(
            integration="mail", status=EventStatus.FAILURE, message="It hung up.", created_at=late
        )
    )
    hill.commit()
    finding = connections.latest(case)
    assert (finding.status, "It hung up." in finding.sentence) == (WARNING, True)


def test_a_clock_in_the_past(case: Case, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger.enqueue(session, "a", store_id=None, arguments={})
    session.commit()
    assert status(machine.newest_row, case) is OK
    past = clock.now() - timedelta(days=3)
    monkeypatch.setattr(clock, "now", lambda: past)
    assert status(machine.newest_row, case) is WRONG
    if case.is_postgresql:
        assert status(machine.clocks, case) is WRONG


@pytest.mark.parametrize(("free", "expected"), [(50, OK), (10, WARNING), (1, WRONG)])
def test_the_disk(case: Case, monkeypatch: pytest.MonkeyPatch, free: int, expected: Status) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: (100, 100 - free, free))
    assert status(machine.disk, case) is expected


def test_a_folder_others_can_read(case: Case) -> None:
    assert status(machine.folder, case) is OK
    case.config.instance.chmod(0o755)
    assert status(machine.folder, case) is WARNING
    (case.config.instance / "keyring.json").chmod(0o644)
    assert status(machine.folder, case) is WRONG


@pytest.mark.parametrize(
    ("changes", "check", "expected"),
    [
        ({"development": True}, exposure.switches, WRONG),
        ({"debug_headers": True}, exposure.switches, WRONG),
        ({"ratelimit": True}, exposure.switches, OK),
        ({"public_url": "http://shop.example"}, exposure.address, WRONG),
        ({"public_url": "https://shop.example"}, exposure.address, OK),
        ({}, exposure.address, WARNING),
        ({"allow_demo": True}, exposure.demo, WRONG),
        ({"allow_demo": False}, exposure.demo, WARNING),
    ],
)
def test_what_must_not_be_so_in_public(
    case: Case, session: Session, changes: dict[str, object], check: Check, expected: Status
) -> None:
    session.execute(update(User).where(User.id == cast.EVE.id).values(is_demo=True))
    session.commit()
    config = replace(case.config, ratelimit=True)
    assert status(check, replace(case, config=replace(config, development=True))) is OK
    public = replace(config, host="0.0.0.0", **changes)  # type: ignore[arg-type]
    assert status(check, replace(case, config=public)) is expected


def test_backups_are_made_and_proved(case: Case, session: Session) -> None:
    assert status(backups.made, case) is UNKNOWN
    assert backups.proved(case) is None
    kept = replace(case, config=replace(case.config, backup_to="/mnt/backups"))
    assert status(backups.made, kept) is WARNING
    assert status(backups.proved, kept) is WRONG
    begun = clock.now()
    session.add(run := BackupRun(started_at=begun, place="/mnt", artefact="a", sha256="0"))
    run.verified_at = begun
    session.commit()
    assert status(backups.made, kept) is OK
    assert status(backups.proved, kept) is OK
    run.started_at, run.verified_at = begun - timedelta(days=3), begun - timedelta(days=9)
    session.commit()
    assert status(backups.made, kept) is WRONG
    assert status(backups.proved, kept) is WRONG
    run.verify_error = "the table ticket is missing"
    session.add(BackupRun(started_at=begun, place="/mnt", error="The disk is full."))
    session.commit()
    assert status(backups.made, kept) is WRONG
    assert status(backups.proved, kept) is WRONG


def test_an_installation_on_hold(case: Case, session: Session) -> None:
    assert work.held(case) is None
    quiet.quiesce(session, "It is a copy.")
    session.commit()
    assert status(work.held, case) is WARNING
