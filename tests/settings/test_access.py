"""Who may see the settings, and what a page costs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from shopapp.config import Config
from tests import apps, cast
from tests.conftest import SignIn
from tests.settings.reading import HOME, form

PAGES = ("", "/thresholds", "/automations", "/connections", "/team", "/audit")


@pytest.mark.parametrize("page", PAGES)
def test_only_admins_of_the_store_see_its_settings(
    client: FlaskClient, sign_in: SignIn, page: str
) -> None:
    assert client.get(HOME + page).location.startswith("/login?next=")
    expected = {cast.ADA: 200, cast.BEN: 403, cast.CLEO: 403, cast.DORA: 404, cast.EVE: 404}
    got = {person: sign_in(person).get(HOME + page).status_code for person in expected}
    assert got == expected


@pytest.mark.parametrize(
    "path", ["", "/thresholds", "/automations", "/connections/smtp", "/connections/smtp/tests"]
)
def test_an_agent_changes_nothing(sign_in: SignIn, path: str) -> None:
    assert sign_in(cast.BEN).post(HOME + path, data={"name": "Mine now"}).status_code == 403


def test_settings_are_in_the_rail_of_admins_alone(sign_in: SignIn) -> None:
    assert f'href="{HOME}"' in sign_in(cast.ADA).get("/harbor/inbox").get_data(as_text=True)
    assert f'href="{HOME}"' not in sign_in(cast.BEN).get("/harbor/inbox").get_data(as_text=True)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_takes_few_statements_whatever_there_is(config: Config, page: str) -> None:
    with apps.app_of(replace(config, debug_headers=True)) as app:
        ada = apps.signed_in(app, cast.ADA)
        before = int(ada.get(HOME + page).headers["X-Queries"])
        for number in range(20, 30):
            data = form(ada, f"{HOME}/thresholds", "thresholds") | {"overdue_hours": str(number)}
            ada.post(f"{HOME}/thresholds", data=data)
        after = int(ada.get(HOME + page).headers["X-Queries"])
    assert after == before <= 6
