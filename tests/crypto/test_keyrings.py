"""Keyrings: they wrap and unwrap for one store, and say clearly what is missing."""

from __future__ import annotations

import base64
import json
import pickle
from pathlib import Path

import pytest

from shopapp.crypto import keyrings
from shopapp.crypto.envelope import CannotOpen, DataKey, new_key
from shopapp.crypto.keyrings import KeyringError, LocalKeyring

OLD, NEW = new_key(), new_key()
KEY = DataKey("cdatakey", new_key())


def test_a_wrapped_key_comes_back_for_its_store() -> None:
    ring = LocalKeyring({"new": NEW}, "new")
    wrapped = ring.wrap(KEY, "charbor")
    assert wrapped.kek_id == "new"
    assert KEY.key not in wrapped.blob
    assert ring.unwrap(wrapped, KEY.id, "charbor") == KEY


@pytest.mark.parametrize(("key_id", "store"), [("cother", "charbor"), ("cdatakey", "chill")])
def test_a_wrapped_key_moved_elsewhere_stays_shut(key_id: str, store: str) -> None:
    ring = LocalKeyring({"new": NEW}, "new")
    with pytest.raises(CannotOpen):
        ring.unwrap(ring.wrap(KEY, "charbor"), key_id, store)


def test_an_older_key_still_unwraps_what_it_wrapped() -> None:
    wrapped = LocalKeyring({"old": OLD}, "old").wrap(KEY, "charbor")
    both = LocalKeyring({"new": NEW, "old": OLD}, "new")
    assert both.unwrap(wrapped, KEY.id, "charbor") == KEY
    assert both.wrap(KEY, "charbor").kek_id == "new"


def test_a_missing_key_is_named_with_what_to_do() -> None:
    wrapped = LocalKeyring({"old": OLD}, "old").wrap(KEY, "charbor")
    with pytest.raises(KeyringError) as refused:
        LocalKeyring({"new": NEW}, "new").unwrap(wrapped, KEY.id, "charbor")
    assert str(refused.value) == (
        "the key 'old' that protects this store's secrets is missing: "
        "put back the keyring file from your backup, or set ENCRYPTION_KEYS"
    )


def test_the_first_key_of_the_variable_is_current() -> None:
    ring = keyrings.from_text(f"new:{_encoded(NEW)}, old:{_encoded(OLD)}")
    assert (ring.current, ring.keys) == ("new", {"new": NEW, "old": OLD})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (" , ", "ENCRYPTION_KEYS holds no key"),
        ("a:c2hvcnQ=", "not base64 of exactly 32 bytes"),
        ("a:!!", "not base64 of exactly 32 bytes"),
        ("a", "not base64 of exactly 32 bytes"),
    ],
)
def test_a_malformed_variable_is_one_sentence(text: str, words: str) -> None:
    with pytest.raises(KeyringError, match=words):
        keyrings.from_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"current": "a"}',
        '{"current": "a", "keys": []}',
        '{"current": "a", "keys": {}}',
        '{"current": "a", "keys": {"a": 7}}',
        '{"current": "a", "keys": {"a": "c2hvcnQ="}}',
    ],
)
def test_a_broken_file_is_a_keyring_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keyring.json"
    path.write_text(text)
    with pytest.raises(KeyringError):
        keyrings.from_file(path)


def test_a_broken_file_does_not_show_its_keys(tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"
    text = keyrings.new_text("local")
    path.write_text(text.rstrip().removesuffix("}"))
    encoded = json.loads(text)["keys"]["local"]
    with pytest.raises(KeyringError) as refused:
        keyrings.from_file(path)
    assert encoded not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_keyring_is_neither_shown_nor_pickled() -> None:
    ring = keyrings.from_text(f"new:{_encoded(NEW)}")
    assert _encoded(NEW) not in repr(ring)
    assert repr(NEW) not in f"{ring} {ring!r}"
    with pytest.raises(TypeError, match="LocalKeyring holds a key"):
        pickle.dumps(ring)


def _encoded(key: bytes) -> str:
    return base64.b64encode(key).decode()
