"""The components page: in development only, whole, and without effect."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from shopapp.config import ROOT, Config
from tests import apps
from tests.house.markup import loose


@pytest.fixture
def developer(config: Config) -> FlaskClient:
    with apps.app_of(replace(config, development=True)) as app:
        return app.test_client()


def test_it_shows_every_component(developer: FlaskClient) -> None:
    answer = developer.get("/dev/parts")
    assert answer.status_code == 200
    assert "<h1" in answer.text
    files = sorted((ROOT / "templates" / "components").glob("*.html"))
    page = (ROOT / "templates" / "dev" / "parts.html").read_text()
    assert not [each.name for each in files if f"components/{each.name}" not in page]
    assert not [each for each in files if loose(Path(each).read_text())]


def test_its_forms_change_nothing(developer: FlaskClient) -> None:
    answer = developer.post("/dev/parts")
    assert (answer.status_code, answer.location) == (303, "/dev/parts")


def test_elsewhere_it_does_not_exist(client: FlaskClient) -> None:
    assert client.get("/dev/parts").status_code in (303, 404)
    assert "Components" not in client.get("/dev/parts", follow_redirects=True).text
