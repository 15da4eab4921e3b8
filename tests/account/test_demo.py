"""Demo accounts work on this machine only, unless told otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from shopapp.accounts.models import User
from shopapp.config import Config
from shopapp.db import Session
from tests import apps, cast
from tests.web.forms import sign_in_through_the_page

PUBLIC: list[dict[str, Any]] = [
    {"host": "0.0.0.0", "public_url": "http://localhost"},
    {"host": "127.0.0.1", "public_url": "http://localhost"},
]


@pytest.fixture(autouse=True)
def demo(session: Session) -> None:
    session.get_one(User, cast.ADA.id).is_demo = True
    session.commit()


@pytest.mark.parametrize("changes", PUBLIC)
def test_a_demo_account_is_refused_where_others_can_reach_it(
    config: Config, changes: dict[str, Any]
) -> None:
    with apps.app_of(replace(config, allow_demo=False, **changes)) as app:
        password = apps.give_password(app, cast.ADA)
        answer = sign_in_through_the_page(app.test_client(), cast.ADA.email, password)
        assert answer.status_code == 422
        assert "SHOPAPP_ALLOW_DEMO=1" in answer.text
        wrong = sign_in_through_the_page(app.test_client(), cast.ADA.email, "wrong guess")
        assert "SHOPAPP_ALLOW_DEMO" not in wrong.text


@pytest.mark.parametrize("changes", PUBLIC)
def test_a_demo_session_of_before_ends_there(config: Config, changes: dict[str, Any]) -> None:
    with apps.app_of(replace(config, allow_demo=False, **changes)) as app:
        assert apps.signed_in(app, cast.ADA).get("/").location == "/login"
        assert apps.signed_in(app, cast.BEN).get("/").location == "/harbor/"


@pytest.mark.parametrize(
    "changes", [{"allow_demo": True, **PUBLIC[0]}, {"allow_demo": False, "host": "127.0.0.1"}]
)
def test_a_demo_account_works_here_or_when_allowed(config: Config, changes: dict[str, Any]) -> None:
    with apps.app_of(replace(config, **changes)) as app:
        password = apps.give_password(app, cast.ADA)
        answer = sign_in_through_the_page(app.test_client(), cast.ADA.email, password)
        assert answer.status_code == 303
