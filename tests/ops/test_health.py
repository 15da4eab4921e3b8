"""What machines ask: alive, ready, and numbers without a secret, a name or a customer."""

from __future__ import annotations

import os
import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from shopapp.config import Config
from shopapp.db import Session
from shopapp.jobs import ledger
from shopapp.jobs.models import Job, JobState
from shopapp.ops import readiness
from tests import apps, cast
from tests.conftest import SignIn

AWAY = {"REMOTE_ADDR": "192.0.2.7"}


def test_a_ready_installation_says_so(client: FlaskClient) -> None:
    assert client.get("/readyz").json == {"status": "ready"}


def test_a_database_at_another_revision_is_not_ready(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "head", lambda: "29990101_flying_cars")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json
    assert "needs 29990101_flying_cars" in answer.json["status"]


@pytest.mark.dialects("sqlite")
def test_a_database_that_does_not_answer_is_not_ready(config: Config) -> None:
    with apps.app_of(replace(config, database_url="sqlite:////nowhere/at/all.db")) as app:
        client = app.test_client()
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json) == (
            503,
            {"status": "the database does not answer, or was never set up"},
        )
        assert client.get("/healthz").status_code == 200
        assert "shopapp_database_up 0.0" in client.get("/metrics").text


def test_requests_are_counted_by_endpoint_status_and_process(client: FlaskClient) -> None:
    client.get("/login")
    client.get("/no/such/page")
    client.get("/nor/this/one")
    told = client.get("/metrics").text
    mine = f'process="{os.getpid()}"'
    assert f'request_seconds_count{{endpoint="account.sign_in",{mine},status="200"}} 1.0' in told
    assert f'request_seconds_count{{endpoint="none",{mine},status="404"}} 2.0' in told
    assert re.search(rf"shopapp_statements_total{{{mine}}} \d", told)
    assert f"shopapp_pool_in_use{{{mine}}}" in told


def test_the_installation_is_counted_over_all_stores(client: FlaskClient, session: Session) -> None:
    for name in ("a", "b", "c"):
        ledger.enqueue(session, name, store_id=cast.HARBOR.id, arguments={})
    session.execute(update(Job).where(Job.name == "c").values(state=JobState.DEAD))
    session.commit()
    told = client.get("/metrics").text
    assert 'shopapp_jobs{state="queued"} 2.0' in told
    assert 'shopapp_jobs{state="dead"} 1.0' in told
    assert "shopapp_tickets_open 4.0" in told
    assert "shopapp_stores_measured 2.0" in told
    assert "shopapp_database_up 1.0" in told


def test_however_often_one_scrapes_the_database_is_asked_once(
    client: FlaskClient,
) -> None:
    counted = re.compile(r"shopapp_statements_total{[^}]*} (\S+)")
    first = counted.findall(client.get("/metrics").text)
    assert first == counted.findall(client.get("/metrics").text) != []


def test_no_store_no_person_and_no_customer_is_named(sign_in: SignIn, config: Config) -> None:
    ada = sign_in(cast.ADA)
    ada.get("/harbor/inbox")
    told = ada.get("/metrics").text.lower()
    for word in ("harbor", "hill", "ada", "nils", "@", cast.HARBOR.id, config.database_url):
        assert word not in told


def test_others_need_the_token(config: Config) -> None:
    with apps.app_of(replace(config, metrics_token="let me count")) as app:
        client = app.test_client()
        for headers in ({}, {"Authorization": "Bearer let me"}, {"Authorization": "Bearer ☃"}):
            assert client.get("/metrics", headers=headers).status_code == 401
        said = {"Authorization": "Bearer let me count"}
        assert client.get("/metrics", headers=said, environ_base=AWAY).status_code == 200


def test_without_a_token_only_this_machine_is_told(config: Config, client: FlaskClient) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", environ_base=AWAY).status_code == 403
    forwarded = {"X-Forwarded-For": "127.0.0.1"}
    assert client.get("/metrics", headers=forwarded).status_code == 403
    with apps.app_of(replace(config, public_url="https://shop.example")) as app:
        assert app.test_client().get("/metrics").status_code == 403
