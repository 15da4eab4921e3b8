"""From the local keyring to AWS KMS and back: the secrets stay readable on the way."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import boto3
import pytest

from shopapp.connections import mailboxes
from shopapp.connections.fetching import fetch_keys, fetch_keys_first
from shopapp.connections.vault import Vault
from shopapp.connectors.errors import Temporary
from shopapp.connectors.mail.shapes import SmtpSettings
from shopapp.crypto.kms import PREFIX, KmsKeyring
from shopapp.db import db, new_session
from shopapp.stores.models import Store
from shopapp.tenancy import store_transaction
from tests import cast
from tests.canaries import canary
from tests.ops.keys.conftest import Run
from tests.ops.keys.room import Room
from tests.servers.aws import AwsServer

HARBOR = cast.HARBOR.id
SMTP = SmtpSettings(host="mail.example", username="ada", password=canary("smtp"))


@pytest.fixture
def kek(room: Room, aws_server: AwsServer, monkeypatch: pytest.MonkeyPatch) -> str:
    """KMS_KEY_ID is set from here on, to a key of this test's own; its id in `keys list`."""
    arn = str(boto3.client("kms").create_key()["KeyMetadata"]["Arn"])
    monkeypatch.setenv("KMS_KEY_ID", arn)
    room.config = replace(room.config, kms_key_id=arn)
    return f"{PREFIX}{arn}"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """For each call to KMS, how many connections to the database were in use."""
    made: list[int] = []
    ask = KmsKeyring._ask

    def noted(ring: KmsKeyring, *words: str, **values: object) -> object:
        made.append(db.engine.pool.checkedout())  # type: ignore[attr-defined]
        return ask(ring, *words, **values)

    monkeypatch.setattr(KmsKeyring, "_ask", noted)
    return made


def test_to_kms_and_back(room: Room, kek: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    local = room.ring.local.current
    assert room.read("harbor") == {"first", "token"}  # the local key still unwraps
    assert run("rewrap")[1] == f"Wrapped anew by {kek}: 2 data keys.\n"
    assert run("list")[1] == f"{kek}  wraps 2 data keys, current\n{local}  wraps 0 data keys\n"
    assert run("rotate", "--now")[0] == 0
    assert run("retire")[1] == "Destroyed: 2 old data keys.\n"
    assert room.read("harbor") == room.read("hill") == {"first", "token"}
    monkeypatch.delenv("KMS_KEY_ID")
    room.config = replace(room.config, kms_key_id="")
    assert room.read("harbor") == {"first", "token"}  # KMS still unwraps
    assert run("rewrap")[1] == f"Wrapped anew by {local}: 2 data keys.\n"
    assert run("list")[1] == f"{local}  wraps 2 data keys, current\n"
    assert room.read("harbor") == {"first", "token"}


def test_a_disabled_key_is_one_sentence(room: Room, kek: str, run: Run) -> None:
    boto3.client("kms").disable_key(KeyId=kek.rpartition("/")[2])
    for words in (("list",), ("rewrap",), ("status",)):
        code, _, error = run(*words)
        assert (code, len(error.splitlines())) == (1, 1)
        assert "cannot be used as it is" in error


def test_a_secret_is_opened_and_sealed_with_no_call_in_a_transaction(
    room: Room, kek: str, calls: list[int]
) -> None:
    for store_id in (HARBOR, new_store()):
        ring = room.ring
        fetch_keys(ring, store_id)
        with store_transaction(store_id) as session:
            mailboxes.keep_smtp(session, SMTP, keyring=ring)
            assert mailboxes.smtp_settings(session, keyring=ring) == SMTP
    assert calls == [0]  # the new store's key; Harbor's was wrapped by the local keyring


def test_a_page_lets_its_transaction_go_before_the_call(
    room: Room, kek: str, run: Run, calls: list[int]
) -> None:
    run("rewrap")
    ring = room.ring
    calls.clear()
    with store_transaction(HARBOR) as session:
        room.first(session)
        fetch_keys_first(session, ring)
        assert Vault(session, ring).open(room.first(session), "secret") == canary("first")
    assert calls == [0]


def test_rotation_and_rewrapping_call_with_no_transaction_open(
    room: Room, kek: str, run: Run, calls: list[int]
) -> None:
    run("rewrap")
    run("rotate", "--now")
    assert len(calls) > 4
    assert set(calls) == {0}


def test_mail_waits_for_a_keyring_that_is_away(
    room: Room, kek: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("rewrap")
    with store_transaction(HARBOR) as session:
        mailboxes.keep_smtp(session, SMTP, keyring=room.ring)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    ring = room.ring
    fetch_keys(ring, HARBOR)  # says nothing: perhaps no secret is needed
    with store_transaction(HARBOR) as session, pytest.raises(Temporary) as refused:
        mailboxes.transport(session, keyring=ring, config=room.config)
    assert str(refused.value).startswith("The password of the mail server cannot be opened now:")


def new_store() -> str:
    with closing(new_session()) as session:
        session.add(store := Store(handle="new", name="New"))
        session.commit()
        return store.id
