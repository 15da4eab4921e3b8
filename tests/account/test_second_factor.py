"""The second factor: set up with a code, asked for after the password, each code taken once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import undefer
from werkzeug.test import TestResponse

from shopapp import clock
from shopapp.account.actions import factors
from shopapp.accounts.authenticator import Authenticator
from shopapp.accounts.models import User
from shopapp.audit.models import AuditEvent
from shopapp.config import Config
from shopapp.db import Session, current_session
from tests import apps, cast
from tests.account.letterbox import work
from tests.conftest import OpenStore, SignIn
from tests.web.forms import post, sign_in_through_the_page

SETUP = "/account/second-factor"
Later = Callable[[int], None]


@pytest.fixture(autouse=True)
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Time stands still until it is told to go on."""
    moved = [datetime.now(UTC)]
    monkeypatch.setattr(clock, "now", lambda: moved[0])

    def move(seconds: int) -> None:
        moved[0] += timedelta(seconds=seconds)

    return move


class Phone:
    """Ada's authenticator app, which knows the secret of the page."""

    def __init__(self, app: Flask, page: TestResponse) -> None:
        self.app = app
        typed = BeautifulSoup(page.text, "html.parser").select_one("code.typed")
        assert typed
        self.key = typed.get_text().replace("-", "").strip()

    @property
    def code(self) -> str:
        from passlib.totp import TOTP

        return str(TOTP(self.key).generate(time=clock.now()).token)


@pytest.fixture
def password(app: Flask) -> str:
    return apps.give_password(app, cast.ADA)


@pytest.fixture
def phone(app: Flask, sign_in: SignIn) -> Phone:
    """Ada set it up; `codes` are her recovery codes."""
    ada = sign_in(cast.ADA)
    phone = Phone(app, ada.get(SETUP))
    page = post(ada, SETUP, {"code": phone.code})
    assert page.status_code == 200
    phone.codes = recovery_codes(page)  # type: ignore[attr-defined]
    return phone


def recovery_codes(page: TestResponse) -> list[str]:
    return re.findall(r'name="code" value="([a-z0-9-]+)"', page.text)


def ask(client: FlaskClient, password: str, **more: str) -> TestResponse:
    answer = sign_in_through_the_page(client, cast.ADA.email, password, **more)
    assert (answer.status_code, answer.location) == (303, "/login/code")
    return answer


def wrong(code: str) -> str:
    return str((int(code) + 1) % 1_000_000).zfill(6)


def test_the_page_shows_the_secret_as_a_square_and_as_text(app: Flask, sign_in: SignIn) -> None:
    page = sign_in(cast.ADA).get(SETUP)
    svg = BeautifulSoup(page.text, "html.parser").select_one("svg.qr")
    assert svg
    assert not [each for each in svg.find_all(True) if each.has_attr("style")]
    assert len(Phone(app, page).key) == 32
    assert 'autocomplete="one-time-code"' in page.text


def test_it_is_on_only_after_a_right_code(app: Flask, sign_in: SignIn, session: Session) -> None:
    ada = sign_in(cast.ADA)
    phone = Phone(app, ada.get(SETUP))
    refused = post(ada, SETUP, {"code": wrong(phone.code)})
    assert refused.status_code == 422
    assert Phone(app, refused).key == phone.key
    session.reading = True
    assert not factors.is_on(session.get_one(User, cast.ADA.id))
    session.rollback()
    assert len(recovery_codes(post(ada, SETUP, {"code": phone.code}))) == 10
    assert factors.is_on(session.get_one(User, cast.ADA.id, populate_existing=True))


def test_secret_and_codes_cannot_be_read_from_the_database(phone: Phone, session: Session) -> None:
    session.reading = True
    wanted = select(User).where(User.id == cast.ADA.id)
    user = session.scalars(
        wanted.options(undefer(User.tf_totp_secret), undefer(User.mf_recovery_codes))
    ).one()
    assert phone.key not in (user.tf_totp_secret or "")
    assert not set(phone.codes) & set(user.mf_recovery_codes or [])  # type: ignore[attr-defined]


def test_the_password_alone_opens_nothing(
    client: FlaskClient, password: str, phone: Phone, later: Later
) -> None:
    ask(client, password, next="/harbor/settings")
    assert client.get("/harbor/inbox").location == "/login?next=/harbor/inbox"
    page = client.get("/login/code").text
    assert 'inputmode="numeric"' in page
    assert 'autocomplete="one-time-code"' in page
    later(31)
    answer = post(client, "/login/code", {"code": f"{phone.code[:3]} {phone.code[3:]}"})
    assert (answer.status_code, answer.location) == (303, "/harbor/settings")
    assert client.get("/harbor/inbox").status_code == 200


def test_a_code_is_taken_once(
    app: Flask, client: FlaskClient, password: str, phone: Phone, later: Later
) -> None:
    later(31)
    code = phone.code
    for taker, status in ((client, 303), (app.test_client(), 422)):
        ask(taker, password)
        assert post(taker, "/login/code", {"code": code}).status_code == status


def test_the_code_that_switched_it_on_is_used_up(
    client: FlaskClient, password: str, phone: Phone
) -> None:
    ask(client, password)
    assert post(client, "/login/code", {"code": phone.code}).status_code == 422


@pytest.mark.parametrize("seconds", [-90, 90])
def test_an_old_or_early_code_is_refused(
    client: FlaskClient, password: str, phone: Phone, later: Later, seconds: int
) -> None:
    later(300 + seconds)
    code = phone.code
    later(-seconds)
    ask(client, password)
    assert post(client, "/login/code", {"code": code}).status_code == 422


def test_a_recovery_code_works_once(
    app: Flask, client: FlaskClient, password: str, phone: Phone, store_session: OpenStore
) -> None:
    code = phone.codes[3].upper()  # type: ignore[attr-defined]
    for taker, status in ((client, 303), (app.test_client(), 422)):
        ask(taker, password)
        assert "Recovery code" in taker.get("/login/code?recovery=1").text
        answer = post(taker, "/login/code", {"code": code, "recovery": "1"})
        assert answer.status_code == status
    assert "9 recovery codes left" in client.get("/account").text
    work(app)
    done = list(store_session("harbor").scalars(select(AuditEvent.action)))
    assert "user.recovery_code_used" in done
    assert "user.second_factor_on" in done


def test_the_question_waits_ten_minutes(
    client: FlaskClient, password: str, phone: Phone, later: Later
) -> None:
    ask(client, password)
    later(601)
    assert client.get("/login/code").location == "/login"
    assert post(client, "/login/code", {"code": phone.code}).location == "/login"
    assert client.get("/").location == "/login"


def test_without_a_password_there_is_no_question(client: FlaskClient) -> None:
    assert client.get("/login/code").location == "/login"
    assert post(client, "/login/code", {"code": "123456"}).location == "/login"


def test_a_new_password_ends_the_question(
    app: Flask, client: FlaskClient, password: str, phone: Phone, later: Later
) -> None:
    from shopapp.account import actions

    ask(client, password)
    with app.app_context():
        session = current_session()
        actions.set_password(session.get_one(User, cast.ADA.id), password="quite another one")
        session.commit()
    later(31)
    assert post(client, "/login/code", {"code": phone.code}).location == "/login"
    assert client.get("/").location == "/login"


def test_switching_off_and_new_codes_ask_for_the_password_again(
    sign_in: SignIn, phone: Phone, later: Later, client: FlaskClient, password: str
) -> None:
    ada = sign_in(cast.ADA)
    later(16 * 60)
    for url in ("/account/second-factor/removal", "/account/recovery-codes"):
        assert post(ada, url).location.startswith("/verify")
    post(ada, "/verify", {"password": password})
    renewed = recovery_codes(post(ada, "/account/recovery-codes"))
    assert not set(renewed) & set(phone.codes)  # type: ignore[attr-defined]
    file = post(ada, "/account/recovery-codes/file", {"code": renewed})
    assert file.mimetype == "text/plain"
    assert renewed[9] in file.text
    assert post(ada, "/account/recovery-codes/file", {"code": ["x"]}).status_code == 303
    assert post(ada, "/account/second-factor/removal").location == "/account"
    assert sign_in_through_the_page(client, cast.ADA.email, password).location == "/"


@pytest.fixture
def limited(config: Config) -> Iterator[Flask]:
    with apps.app_of(replace(config, ratelimit=True)) as made:
        made.config["WTF_CSRF_ENABLED"] = True
        yield made


def test_guessing_codes_has_to_wait(limited: Flask) -> None:
    password, ada = apps.give_password(limited, cast.ADA), apps.signed_in(limited, cast.ADA)
    phone = Phone(limited, ada.get(SETUP))
    post(ada, SETUP, {"code": phone.code})
    client = limited.test_client()
    ask(client, password)
    tries = [post(client, "/login/code", {"code": "000000"}).status_code for _ in range(6)]
    assert tries == [422] * 5 + [429]


def test_a_code_of_another_installation_s_key_is_worthless() -> None:
    ours, theirs = Authenticator("a key"), Authenticator("another key")
    code = ours.new_recovery_codes()[0]
    assert ours.hashed(code) == ours.hashed(f" {code.upper()} ")
    assert ours.hashed(code) != theirs.hashed(code)
