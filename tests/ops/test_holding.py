"""The page and the command that end a hold."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from shopapp.cli import main
from shopapp.config import Config
from shopapp.inbox.models import TicketMessage
from shopapp.jobs import quiet
from shopapp.mail.outbox import Terms
from tests import cast
from tests.conftest import SignIn
from tests.jobs.scaffold import Shop
from tests.mail.posting import post, queue

PAGE = "/harbor/system/leaving"


def hold(app: Flask) -> None:
    with Shop(app).session(bound=False) as session:
        quiet.quiesce(session, "It was restored from a backup.")


def is_held(app: Flask) -> bool:
    with Shop(app).session(bound=False) as session:
        return session.scalar(quiet.is_quiesced()) is not None


def test_every_page_of_an_admin_says_that_nothing_leaves(app: Flask, sign_in: SignIn) -> None:
    ada, ben = sign_in(cast.ADA), sign_in(cast.BEN)
    assert PAGE not in ada.get("/harbor/").text
    hold(app)
    assert PAGE in ada.get("/harbor/").text
    assert PAGE not in ben.get("/harbor/").text


def test_an_admin_sees_what_waits_and_lets_it_go(app: Flask, sign_in: SignIn) -> None:
    post(Shop(app), subject="Your tea")
    hold(app)
    ada = sign_in(cast.ADA)
    shown = ada.get(PAGE).text
    assert "It was restored from a backup." in shown
    assert "Your tea" in shown
    assert ada.post(PAGE, follow_redirects=True).status_code == 200
    assert not is_held(app)
    assert "ada@" in ada.get(PAGE).text


def test_what_waits_leads_to_the_ticket_it_answers(app: Flask, sign_in: SignIn) -> None:
    with Shop(app).session() as session:
        message = session.scalars(select(TicketMessage)).first()
        assert message
        queue(session, Shop(app), terms=Terms(message.id))
        ticket = f"/harbor/inbox/tickets/{message.ticket_id}"
    hold(app)
    shown = sign_in(cast.ADA).get(PAGE).text
    assert ticket in shown
    assert "1 mail of this store would leave" in shown


def test_letting_go_asks_for_the_password_again(app: Flask, sign_in: SignIn) -> None:
    hold(app)
    ada = sign_in(cast.ADA)
    with ada.session_transaction() as cookie:
        cookie["fs_paa"] = 0
    assert ada.post(PAGE).status_code == 303
    assert is_held(app)


def test_an_unfinished_restore_says_what_to_do(app: Flask, sign_in: SignIn) -> None:
    with Shop(app).session(bound=False) as session:
        quiet.quiesce(session, "It was restored.").is_unfinished = True
    answer = sign_in(cast.ADA).post(PAGE)
    assert answer.status_code == 409
    assert "shopapp backup restore" in answer.text
    assert is_held(app)


def test_the_command_lists_and_resumes(
    app: Flask, config: Config, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", config.database_url)
    monkeypatch.setenv("SHOPAPP_INSTANCE", str(config.instance))
    assert main(["resume"]) == 0
    assert "Nothing is on hold" in capsys.readouterr().out
    post(Shop(app), subject="Your tea")
    hold(app)
    assert main(["resume", "--yes"]) == 0
    said = capsys.readouterr().out
    assert "harbor: to nils@mail.example: Your tea" in said
    assert not is_held(app)
