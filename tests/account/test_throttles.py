"""Throttles: guessing gets slow, by address and by account, and working people do not notice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shopapp.config import Config
from tests import apps, cast
from tests.web.forms import post, sign_in_through_the_page


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """The application with its rate limits, as it is served."""
    with apps.app_of(replace(config, ratelimit=True)) as made:
        made.config["WTF_CSRF_ENABLED"] = True
        yield made


def guess(client: FlaskClient, email: str) -> TestResponse:
    return sign_in_through_the_page(client, email, "a guess of many")


def test_the_sixth_guess_at_an_account_has_to_wait(app: Flask, client: FlaskClient) -> None:
    tries = [guess(client, spelt).status_code for spelt in (cast.ADA.email, "ADA@harbor.example ")]
    tries += [guess(client, cast.ADA.email).status_code for _ in range(3)]
    assert tries == [422] * 5
    answer = guess(client, cast.ADA.email)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 61
    assert 'role="alert"' in answer.text
    assert f"wait {answer.headers['Retry-After']} seconds" in answer.text
    assert cast.ADA.email in answer.text
    assert "Content-Security-Policy" in answer.headers


def test_the_right_password_waits_as_well(app: Flask, client: FlaskClient) -> None:
    password = apps.give_password(app, cast.ADA)
    for _ in range(5):
        guess(client, cast.ADA.email)
    assert sign_in_through_the_page(client, cast.ADA.email, password).status_code == 429


def test_an_address_has_ten_guesses_at_whomever(client: FlaskClient) -> None:
    tries = [guess(client, f"person{n}@harbor.example").status_code for n in range(11)]
    assert tries == [422] * 10 + [429]


def test_signing_in_again_and_again_is_no_guess(app: Flask) -> None:
    password = apps.give_password(app, cast.ADA)
    for _ in range(12):
        answer = sign_in_through_the_page(app.test_client(), cast.ADA.email, password)
        assert answer.status_code == 303


def test_guessing_at_the_verification_has_to_wait_too(app: Flask) -> None:
    client = apps.signed_in(app, cast.ADA)
    tries = [post(client, "/verify", {"password": "a guess"}).status_code for _ in range(6)]
    assert tries == [422] * 5 + [429]
