"""`shopapp users` where it touches sessions, the second factor and the last admin."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from shopapp import cli, logs
from shopapp.accounts.models import Role, User
from shopapp.audit.models import AuditEvent
from shopapp.db import Session
from tests import apps, cast
from tests.conftest import OpenStore

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("disable", email)`: the exit code and everything that was said."""
    config = app.config["SHOPAPP"]
    monkeypatch.setenv("SHOPAPP_INSTANCE", str(config.instance))
    monkeypatch.setenv("DATABASE_URL", config.database_url)

    def run(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        logs.configure("text")
        code = cli.main(["users", *arguments])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def person(session: Session, who: cast.Person) -> User:
    session.rollback()
    session.reading = True
    return session.get_one(User, who.id)


def test_the_last_admin_of_a_store_stays_on(run: Run, session: Session) -> None:
    code, said = run("disable", cast.ADA.email)
    assert (code, "A store needs an admin" in said) == (1, True)
    assert person(session, cast.ADA).active


def test_one_of_two_admins_is_switched_off_and_out(app: Flask, run: Run, session: Session) -> None:
    ada = apps.signed_in(app, cast.ADA)
    assert ada.get("/account").status_code == 200
    run("role", cast.BEN.email, "--store", "harbor", "--role", str(Role.ADMIN))
    assert run("disable", cast.ADA.email)[0] == 0
    assert not person(session, cast.ADA).active
    assert ada.get("/account").status_code == 303


def test_who_is_no_admin_is_switched_off(run: Run, session: Session) -> None:
    assert run("disable", cast.CLEO.email)[0] == 0
    assert not person(session, cast.CLEO).active


def test_a_lost_phone_is_no_locked_door(
    app: Flask, run: Run, session: Session, store_session: OpenStore
) -> None:
    user = session.get_one(User, cast.BEN.id)
    user.tf_primary_method, user.tf_totp_secret = "authenticator", "{}"
    session.commit()
    ben = apps.signed_in(app, cast.BEN)
    code, said = run("reset-second-factor", cast.BEN.email)
    assert (code, "password alone" in said) == (0, True)
    assert person(session, cast.BEN).tf_primary_method is None
    assert ben.get("/account").status_code == 303
    harbor = store_session("harbor")
    harbor.reading = True
    assert harbor.scalars(select(AuditEvent.action)).all() == ["user.second_factor_reset"]
    code, said = run("reset-second-factor", cast.BEN.email)
    assert (code, "has no second factor" in said) == (1, True)
