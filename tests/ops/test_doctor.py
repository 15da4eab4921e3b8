"""The doctor: the examination as a whole, the command, the page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, event

from shopapp.cli import main
from shopapp.config import Config
from shopapp.connections.models import ConnectionEvent, EventStatus
from shopapp.db import Session
from shopapp.ops.doctor.cases import Case
from shopapp.ops.doctor.examination import GROUPS, examine
from shopapp.ops.doctor.findings import Group
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.ops.examined import OK, UNKNOWN


def test_a_sound_installation_is_well_but_has_not_begun_to_work(case: Case) -> None:
    report = examine(case)
    assert report.is_well, report
    assert {each.key for each in report.findings if each.status is not OK} <= {
        "work.schedule",
        "connections.latest",
        "backups.made",
        "database.plan",
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
