"""Preferences live in cookies and lead back to where one was."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.web.forms import post


def test_a_theme_is_kept_and_forgotten(client: FlaskClient) -> None:
    post(client, "/theme", {"theme": "dark"})
    assert '<html lang="en" data-theme="dark">' in client.get("/login").text
    post(client, "/theme", {"theme": "plaid"})
    assert "data-theme=" not in client.get("/login").text


def test_single_key_shortcuts_are_switched_off(client: FlaskClient) -> None:
    post(client, "/shortcuts", {})
    assert client.get_cookie("shortcuts").value == "off"  # type: ignore[union-attr]
    post(client, "/shortcuts", {"shortcuts": "on"})
    assert client.get_cookie("shortcuts").value == "on"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("referrer", "back"),
    [
        ("http://localhost/harbor/inbox?view=mine", "/harbor/inbox?view=mine"),
        ("http://localhost//evil.example/", "/"),
        ("http://localhost.evil.example/x", "/"),
        ("http://[", "/"),
        ("", "/"),
    ],
)
def test_one_is_led_back_to_a_page_of_ours(client: FlaskClient, referrer: str, back: str) -> None:
    answer = post(client, "/theme", {"theme": "dark"}, headers={"Referer": referrer})
    assert (answer.status_code, answer.location) == (303, back)
