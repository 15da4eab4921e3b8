"""shopapp keys: what each command does, says and refuses."""

from __future__ import annotations

import re
import stat

import pytest
from sqlalchemy import select

from shopapp.audit.models import AuditEvent
from shopapp.connections.vault import Vault
from shopapp.crypto import instance
from shopapp.crypto.keyrings import from_text, new_text
from shopapp.jobs import worker
from shopapp.ops.keys.stores import looking_into
from tests import cast
from tests.canaries import canary
from tests.ops.keys.conftest import Run
from tests.ops.keys.room import Room


def test_the_whole_life_of_a_data_key(room: Room, run: Run) -> None:
    assert run("rotate", "--store", "harbor")[1] == (
        "1 store in the background: shopapp keys status\n"
    )
    said = run("status", "--store", "harbor")[1]
    assert "harbor: 2 sealed values\n" in said
    assert "2 values to be sealed anew: shopapp keys rotate" in said
    assert "rotation queued" in said
    code, _, error = run("retire", "--store", "harbor")
    assert code == 1
    assert error == (
        "shopapp: data key 1 of harbor still opens values (1 value in store.access_token, "
        "1 value in store_secret.secret): run shopapp keys rotate --store harbor first"
    )
    worker.drain(room.app)
    said = run("status", "--store", "harbor")[1]
    assert "rotation done, 2 of 2 values" in said
    assert "0 values (unused: shopapp keys retire)" in said
    assert run("retire")[1] == "Destroyed: 1 old data key.\n"
    assert room.versions("harbor") == {2: 2}
    assert room.read("harbor") == {"first", "token"}
    with looking_into(cast.HARBOR.id) as session:
        done = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert done == ["keys.rotated", "keys.retired"]


def test_rotating_here_and_now(room: Room, run: Run) -> None:
    assert run("rotate", "--now")[1] == (
        "harbor: 2 values sealed anew.\nhill: 2 values sealed anew.\n"
    )
    assert worker.drain(room.app) == 0


def test_the_whole_life_of_a_key_encryption_key(room: Room, run: Run) -> None:
    old = room.ring.current
    running = room.ring
    assert run("add", "autumn")[1] == "The key autumn is added.\nNext: shopapp keys rewrap\n"
    assert run("list")[1] == (f"autumn  wraps 0 data keys, current\n{old}  wraps 2 data keys\n")
    assert run("retire", old)[2] == (
        f"shopapp: the key '{old}' still wraps 2 data keys: run shopapp keys rewrap first"
    )
    assert "(due: shopapp keys rewrap)" in run("status")[1]
    assert run("rewrap")[1] == "Wrapped anew by autumn: 2 data keys.\n"
    assert run("rewrap")[1] == "Wrapped anew by autumn: 0 data keys.\n"
    assert run("retire", old)[1] == f"The key {old} is destroyed.\n"
    assert run("list")[1] == "autumn  wraps 2 data keys, current\n"
    assert room.read("harbor") == {"first", "token"}
    with looking_into(cast.HARBOR.id) as session:  # a process that has run all the time
        row = room.first(session)
        assert Vault(session, running).open(row, "secret") == canary("first")


def test_the_keyring_stays_its_owners_and_whole(room: Room, run: Run) -> None:
    run("add", "spare", "--spare")
    path = room.config.instance / "keyring.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert room.ring.current != "spare"
    assert not list(room.config.instance.glob(".keyring*"))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("add", "a:b"), "a key cannot be called 'a:b'"),
        (("retire", "CURRENT"), "still wraps 2 data keys"),
        (("retire", "stranger"), "the key 'stranger' is not here"),
        (("retire", "kms:arn:aws:kms:x"), "is kept by AWS"),
        (("rotate", "--store", "nowhere"), "There is no store called 'nowhere'"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    room: Room, run: Run, words: tuple[str, ...], sentence: str
) -> None:
    named = [room.ring.current if word == "CURRENT" else word for word in words]
    code, said, error = run(*named)
    assert (code, said) == (1, "")
    assert sentence in error
    assert len(error.splitlines()) == 1


def test_the_current_key_is_not_retired(room: Room, run: Run) -> None:
    run("add", "unused")
    assert run("retire", "unused")[2] == (
        "shopapp: the key 'unused' wraps new data keys: add another first"
    )


def test_a_key_of_the_environment_is_said_not_written(
    room: Room, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = f"old:{'A' * 43}="
    monkeypatch.setenv("ENCRYPTION_KEYS", before)
    _, said, _ = run("add", "new")
    found = re.search(r"^ENCRYPTION_KEYS=(new:\S+),(old:\S+)$", said, re.MULTILINE)
    assert found is not None
    assert found[2] == before
    ring = from_text(f"{found[1]},{found[2]}")
    assert (ring.current, set(ring.keys)) == ("new", {"new", "old"})


def test_a_missing_key_is_listed_as_missing(room: Room, run: Run) -> None:
    old = room.ring.current
    (room.config.instance / "keyring.json").unlink()
    (room.config.instance / "secrets.json").unlink()
    assert f"{old}  wraps 2 data keys, MISSING: put the keyring back" in run("list")[1]
    code, _, error = run("rotate", "--now")
    assert (code, len(error.splitlines())) == (1, 1)
    assert error.startswith(f"shopapp: the key '{old}' that protects this store's secrets is miss")


def test_a_wrong_key_of_the_right_name_is_one_sentence(room: Room, run: Run) -> None:
    old = room.ring.current
    path = room.config.instance / "keyring.json"
    path.write_text(new_text(old))
    for words in (("rotate", "--now"), ("rewrap",)):
        if words == ("rewrap",):
            run("add")
        code, _, error = run(*words)
        assert (code, len(error.splitlines())) == (1, 1)
        assert f"the key '{old}' of this keyring does not open data key 1" in error
    assert room.versions("harbor") == {2: 0, 1: 2}


def test_no_command_shows_a_key_or_a_secret(room: Room, run: Run) -> None:
    keys = instance.load(room.config).keyring.local
    said = "".join(
        "".join(map(str, run(*words)[1:]))
        for words in (("list",), ("status",), ("rotate", "--now"), ("rewrap",), ("retire",))
    )
    assert keys.current in said
    assert not re.search(r"[A-Za-z0-9+/]{40}", said)
