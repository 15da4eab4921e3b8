"""`shopapp jobs`: every store's work and the installation's own, from the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from shopapp import cli
from shopapp.audit.models import AuditEvent
from shopapp.db import Session
from shopapp.jobs.models import JobState
from tests import cast
from tests.conftest import OpenStore
from tests.ops.given_up import SETTLINGS, Ledger

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(
    database_url: str,
    tmp_path: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """`run("list")`: the exit code and what was said."""
    monkeypatch.setenv("SHOPAPP_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("DATABASE_URL", database_url)

    def run(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        code = cli.main(["jobs", *arguments])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


@pytest.fixture
def ledger(session: Session) -> Ledger:
    return Ledger(session)


def test_jobs_are_listed_with_their_stores(run: Run, ledger: Ledger) -> None:
    ours, theirs, own = (
        ledger.add(),
        ledger.add(store_id=cast.HILL.id),
        ledger.add(name="jobs.prune", store_id=None),
    )
    code, said = run("list")
    assert code == 0
    assert f"{ours}  dead  Drafting a reply  harbor  8/8  RuntimeError: no answer" in said
    assert f"{theirs}  dead  Drafting a reply  hill" in said
    assert f"{own}  dead  Forgetting old jobs  –" in said
    assert "The oldest due job has waited 0 s." in said
    assert theirs not in run("list", "--store", "harbor")[1]
    assert ours not in run("list", "--state", "done")[1]


def test_one_job_is_told_without_its_arguments(run: Run, ledger: Ledger) -> None:
    job_id = ledger.add(name="mail.deliver", arguments={"email": "nils@mail.example"})
    _, said = run("show", job_id)
    assert "Sending a mail (mail.deliver)" in said
    assert "no answer" in said
    assert "nils" not in said


@pytest.mark.parametrize("settling", SETTLINGS)
def test_all_that_was_given_up_is_settled_and_logged_in_its_store(
    run: Run, ledger: Ledger, store_session: OpenStore, settling: tuple[str, JobState, str]
) -> None:
    verb, end, action = settling
    ours, own = ledger.add(), ledger.add(name="jobs.prune", store_id=None)
    assert run(verb, "--all")[0] == 0
    assert [ledger.state(each) for each in (ours, own)] == [end, end]
    lines = store_session("harbor").scalars(select(AuditEvent)).all()
    assert [(line.action, line.subject_id, line.source) for line in lines] == [
        (action, ours, "cli")
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "nobody"), "There is no job 'nobody'"),
        (("retry", "nobody"), "There is no job 'nobody'"),
        (("list", "--store", "nowhere"), "There is no store called 'nowhere'."),
        (("retry",), "Name jobs, or say --all."),
        (("discard", "x", "--all"), "Name jobs, or say --all."),
    ],
)
def test_what_cannot_be_done_is_said(run: Run, arguments: tuple[str, ...], words: str) -> None:
    code, said = run(*arguments)
    assert code != 0
    assert words in said


def test_a_job_that_was_not_given_up_is_left_alone(run: Run, ledger: Ledger) -> None:
    job_id = ledger.add()
    run("retry", job_id)
    code, said = run("discard", job_id)
    assert code == 1
    assert f"The job {job_id} was not given up: it is queued." in said
    assert ledger.state(job_id) is JobState.QUEUED
