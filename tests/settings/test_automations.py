"""Automations: switches, the question before a risky one, and who moved them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from shopapp.stores.queries import settings
from shopapp.stores.registry import TOGGLES, is_on
from tests.settings.conftest import Harbor
from tests.settings.reading import HOME, PARTIAL, by_id, filled, form, parsed, words

URL = f"{HOME}/automations"


def typed(client: FlaskClient, *, on: str = "", off: str = "") -> dict[str, str]:
    """The form as it is served, with one switch moved."""
    data = form(client, URL, "automations") | ({on: "1"} if on else {})
    return {key: value for key, value in data.items() if key != off}


def stored(harbor: Harbor, key: str) -> bool:
    return bool(harbor(lambda session: is_on(settings(session), key)))


def test_every_switch_is_a_switch_with_its_consequence(ada: FlaskClient) -> None:
    response = ada.get(URL)
    for toggle in TOGGLES:
        switch = by_id(parsed(response), toggle.key)
        assert switch["role"] == "switch"
        assert switch.has_attr("checked") == toggle.default
        assert toggle.consequence in words(response)
        assert toggle.risk in words(response)


@pytest.mark.parametrize("headers", [{}, PARTIAL], ids=["page", "htmx"])
def test_a_switch_goes_off_and_says_who_did_it(
    ada: FlaskClient, harbor: Harbor, headers: dict[str, str]
) -> None:
    response = ada.post(URL, data=typed(ada, off="ai_drafts"), headers=headers)
    assert response.status_code == (200 if headers else 303)
    assert not stored(harbor, "ai_drafts")
    assert "Turned off by Ada, just now" in words(ada.get(URL))


@pytest.mark.parametrize("headers", [{}, PARTIAL], ids=["page", "htmx"])
def test_a_risky_switch_asks_before_it_goes_on(
    ada: FlaskClient, harbor: Harbor, headers: dict[str, str]
) -> None:
    data = typed(ada, on="remote_images", off="ai_drafts")
    response = ada.post(URL, data=data, headers=headers)
    page = parsed(response)
    assert response.status_code == 422
    assert "Turn on “Load remote images”?" in by_id(page, "sure").get_text()
    assert not stored(harbor, "remote_images")
    assert stored(harbor, "ai_drafts")
    yes = by_id(page, "sure-yes")
    ada.post(URL, data=filled(page, "automations") | {str(yes["name"]): str(yes["value"])})
    assert stored(harbor, "remote_images")
    assert not stored(harbor, "ai_drafts")


def test_keeping_it_off_saves_the_other_switches(ada: FlaskClient, harbor: Harbor) -> None:
    data = typed(ada, on="remote_images", off="ai_drafts")
    page = parsed(ada.post(URL, data=data, headers=PARTIAL))
    no = by_id(page, "sure-no")
    answer = ada.post(URL, data=filled(page, "automations") | {str(no["name"]): str(no["value"])})
    assert answer.status_code == 303
    assert not stored(harbor, "remote_images")
    assert not stored(harbor, "ai_drafts")


def test_a_risky_switch_that_is_on_asks_nothing(ada: FlaskClient, harbor: Harbor) -> None:
    ada.post(URL, data=typed(ada, on="remote_images") | {"sure": "remote_images"})
    assert ada.post(URL, data=typed(ada, off="ai_drafts")).status_code == 303
    assert ada.post(URL, data=typed(ada, off="remote_images")).status_code == 303
    assert not stored(harbor, "remote_images")


def test_two_people_moving_the_same_switch_alike_do_not_clash(
    ada: FlaskClient, ben: FlaskClient, harbor: Harbor
) -> None:
    mine = typed(ada, off="ai_drafts")
    ben.post(URL, data=typed(ben, off="ai_drafts"))
    assert ada.post(URL, data=mine, headers=PARTIAL).status_code == 200
    assert not stored(harbor, "ai_drafts")


def test_a_switch_moved_back_and_forth_meanwhile_clashes(
    ada: FlaskClient, ben: FlaskClient, harbor: Harbor
) -> None:
    ben.post(URL, data=typed(ben, off="ai_drafts"))
    old = typed(ada)
    ben.post(URL, data=typed(ben, on="ai_drafts"))
    response = ada.post(URL, data=old | {"learn_from_replies": "1"}, headers=PARTIAL)
    assert response.status_code == 200
    assert stored(harbor, "ai_drafts"), "what Ada left alone follows Ben"
