"""The doctor: each check on an installation where what it looks for is so, and where it is not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, event, text, update

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.cli import main
from shopapp.config import Config
from shopapp.connections.models import ConnectionEvent, DataKey, EventStatus
from shopapp.crypto import instance
from shopapp.db import Session
from shopapp.jobs import ledger
from shopapp.jobs.models import Job, JobState, ScheduleSlot
from shopapp.mail.models import OutboundKind, OutboundMail, OutboundState
from shopapp.ops.doctor import connections, database, exposure, keys, machine, walls, work
from shopapp.ops.doctor.cases import Case, opened
from shopapp.ops.doctor.examination import GROUPS, examine
from shopapp.ops.doctor.findings import Check, Group, Status
from tests import cast
from tests.conftest import OpenStore, SignIn

OK, WARNING, WRONG, UNKNOWN = Status.OK, Status.WARNING, Status.WRONG, Status.UNKNOWN


@pytest.fixture
def case(config: Config, engine: Engine) -> Case:
    """The installation with the cast, its keys made."""
    instance.load(config)
    return Case(config, engine)


def status(check: Check, case: Case) -> Status:
    """What the check says, which has to come with advice unless all is well."""
    finding = check(case)
    assert finding
    assert finding.status in (OK, UNKNOWN) or finding.fix
    return finding.status


def test_a_sound_installation_is_well_but_has_not_begun_to_work(case: Case) -> None:
    report = examine(case)
    assert report.is_well, report
    assert {each.key for each in report.findings if each.status is not OK} <= {
        "work.schedule",
        "connections.latest",
        "machine.disk",
    }


def test_keys_name_every_check_once(case: Case) -> None:
    found = [each.key for each in examine(case).findings]
    assert len(found) == len({*found})
    assert "database.reachable" in found


def test_a_check_that_fails_is_a_finding(case: Case) -> None:
    def broken(_case: Case) -> None:
        raise ZeroDivisionError

    (finding,) = examine(case, (Group("Mine", (broken,)),)).findings
    assert (finding.status, "ZeroDivisionError" in finding.sentence) == (UNKNOWN, True)


@pytest.mark.dialects("sqlite")
def test_a_database_that_is_not_there_is_not_made_by_looking(
    config: Config, tmp_path: Path
) -> None:
    path = tmp_path / "none.db"
    with opened(replace(config, database_url=f"sqlite:///{path}")) as case:
        assert status(database.reachable, case) is WRONG
    assert not path.exists()


def test_a_database_that_does_not_answer_is_said_once(config: Config) -> None:
    url = "postgresql://nobody:hush@127.0.0.1:9/none"
    with opened(replace(config, database_url=url)) as case:
        report = examine(case)
    assert [each.key for each in report.findings if each.status is WRONG] == ["database.reachable"]
    assert "hush" not in str(report)


def test_another_revision_is_wrong(case: Case, engine: Engine) -> None:
    assert status(database.revision, case) is OK
    for revision in ("29990101_flying_cars", None):
        with engine.begin() as connection:
            put = text("UPDATE alembic_version SET version_num = :revision")
            gone = text("DELETE FROM alembic_version")
            connection.execute(
                put if revision else gone, {"revision": revision} if revision else {}
            )
        try:
            assert status(database.revision, case) is WRONG
        finally:
            _put_back(engine)


def _put_back(engine: Engine) -> None:
    from shopapp.ops import readiness

    with engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
        put = text("INSERT INTO alembic_version VALUES (:head)")
        connection.execute(put, {"head": readiness.head()})


@pytest.mark.dialects("sqlite")
def test_a_missing_column_is_drift(case: Case, engine: Engine) -> None:
    assert status(database.drift, case) is OK
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE macro DROP COLUMN intents"))
    assert status(database.drift, case) is WRONG


@pytest.mark.dialects("postgresql")
def test_a_crowded_server_is_a_warning(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    assert status(database.room, case) is OK
    monkeypatch.setattr(database, "_CROWDED", 0.0)
    assert status(database.room, case) is WARNING


@pytest.mark.dialects("postgresql")
def test_walls_that_stand(case: Case) -> None:
    assert [status(check, case) for check in (walls.role, walls.policies, walls.unbound)] == [
        OK
    ] * 3


@pytest.mark.dialects("postgresql")
def test_a_superuser_walks_through_walls(
    case: Case, config: Config, postgres_server: object, database_url: str
) -> None:
    admin: str = postgres_server.url_admin  # type: ignore[attr-defined]
    name = database_url.rpartition("/")[2]
    url = admin.rpartition("/")[0].replace("postgresql://", "postgresql+psycopg://") + f"/{name}"
    if "?" in admin:
        url += "?" + admin.partition("?")[2]
    engine = create_engine(url)
    assert status(walls.role, Case(config, engine)) is WRONG
    assert status(walls.unbound, Case(config, engine)) is WRONG
    engine.dispose()


@pytest.mark.dialects("postgresql")
def test_a_table_without_its_policy_is_named(case: Case, engine: Engine) -> None:
    switch = "ALTER TABLE macro {} ROW LEVEL SECURITY"
    with engine.begin() as connection:
        connection.execute(text(switch.format("NO FORCE")))
    try:
        finding = walls.policies(case)
        assert finding
        assert (finding.status, "macro" in finding.sentence) == (WRONG, True)
    finally:
        with engine.begin() as connection:
            connection.execute(text(switch.format("FORCE")))


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


@pytest.fixture
def run(
    config: Config, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., tuple[int, str]]]:
    """`run("doctor")` on the installation with the cast."""
    monkeypatch.setenv("SHOPAPP_INSTANCE", str(config.instance))
    monkeypatch.setenv("DATABASE_URL", config.database_url)

    def run(*words: str) -> tuple[int, str]:
        code = main([*words])
        return code, capsys.readouterr().out

    return run


def test_the_command_ends_with_1_when_something_is_wrong(
    case: Case, run: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("doctor")[0] == 0
    monkeypatch.setenv("HOST", "0.0.0.0")
    monkeypatch.setenv("SHOPAPP_DEV", "1")
    code, said = run("doctor")
    assert code == 1
    assert "WRONG" in said
    code, said = run("doctor", "--json")
    told = json.loads(said)
    assert (code, told["is_well"]) == (1, False)
    assert {"group", "key", "status", "sentence", "fix"} == told["findings"][0].keys()
    assert (
        len(told["findings"])
        == len(examine(case).findings)
        <= sum(len(group.checks) for group in GROUPS)
    )


def test_studio_says_where_to_look(run: Callable[..., tuple[int, str]]) -> None:
    assert run("studio")[1].split() == [
        "http://127.0.0.1:8000/harbor/system/studio",
        "http://127.0.0.1:8000/hill/system/studio",
    ]
    assert run("studio", "--store", "hill")[1].count("http") == 1
    assert run("studio", "--store", "nowhere")[0] == 1


def test_the_page_says_the_same_of_one_store(
    sign_in: SignIn, session: Session, store_session: OpenStore
) -> None:
    hill = store_session("hill")
    hill.add(ConnectionEvent(integration="mail", status=EventStatus.FAILURE, message="Hill hung."))
    hill.commit()
    page = sign_in(cast.ADA).get("/harbor/system/doctor").text
    assert "Nothing is wrong" in page
    assert "Hill hung" not in page
    assert sign_in(cast.BEN).get("/harbor/system/doctor").status_code == 403


def test_looking_writes_nothing(case: Case, engine: Engine) -> None:
    written: list[str] = []

    def note(_c: object, _k: object, statement: str, *_rest: object) -> None:
        if not statement.lower().startswith(("select", "show", "begin", "pragma")):
            written.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    examine(case)
    assert written == []
