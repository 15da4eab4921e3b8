"""Envelopes: they open in their place with their key, and nowhere else."""

from __future__ import annotations

import dataclasses
import pickle

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from shopapp.crypto.envelope import (
    CannotOpen,
    DataKey,
    Place,
    key_id_of,
    new_key,
    open_sealed,
    seal,
)

KEY = DataKey("ckey", bytes(range(32)))
HOME = Place("charbor", "store_secret", "secret", "crow")
SECRET = b"the kettle is under the stairs"

keys = st.builds(DataKey, st.text(min_size=1, max_size=60), st.binary(min_size=32, max_size=32))
places = st.builds(Place, *[st.text(max_size=30)] * 4)


@given(st.binary(max_size=500), keys, places)
def test_what_was_sealed_opens_again(plain: bytes, key: DataKey, place: Place) -> None:
    blob = seal(plain, key, place)
    assert key_id_of(blob) == key.id
    assert open_sealed(blob, key, place) == plain


@pytest.mark.parametrize("part", [field.name for field in dataclasses.fields(Place)])
def test_a_ciphertext_opens_in_no_other_place(part: str) -> None:
    blob = seal(SECRET, KEY, HOME)
    with pytest.raises(CannotOpen, match="damaged, or moved"):
        open_sealed(blob, KEY, dataclasses.replace(HOME, **{part: "elsewhere"}))


@given(places, places)
def test_two_places_never_read_the_same(one: Place, other: Place) -> None:
    assert (one == other) is (one.as_bytes() == other.as_bytes())


def test_a_place_is_more_than_its_letters() -> None:
    assert Place("ab", "c", "d", "e").as_bytes() != Place("a", "bc", "d", "e").as_bytes()


@given(st.data())
def test_a_damaged_byte_anywhere_is_refused(data: st.DataObject) -> None:
    blob = bytearray(seal(SECRET, KEY, HOME))
    position = data.draw(st.integers(0, len(blob) - 1))
    blob[position] ^= data.draw(st.integers(1, 255))
    with pytest.raises(CannotOpen):
        open_sealed(bytes(blob), KEY, HOME)


@given(st.data())
def test_a_piece_missing_or_added_is_refused(data: st.DataObject) -> None:
    blob = seal(SECRET, KEY, HOME)
    cut = blob[: data.draw(st.integers(0, len(blob) - 1))]
    with pytest.raises(CannotOpen):
        open_sealed(cut, KEY, HOME)
    with pytest.raises(CannotOpen):
        open_sealed(blob + data.draw(st.binary(min_size=1, max_size=9)), KEY, HOME)


@given(st.binary(max_size=80))
def test_any_other_bytes_are_refused(noise: bytes) -> None:
    with pytest.raises(CannotOpen):
        open_sealed(noise, KEY, HOME)


def test_another_key_does_not_open() -> None:
    blob = seal(SECRET, KEY, HOME)
    with pytest.raises(CannotOpen, match="another key"):
        open_sealed(blob, DataKey("cother", KEY.key), HOME)
    with pytest.raises(CannotOpen, match="damaged"):
        open_sealed(blob, DataKey(KEY.id, new_key()), HOME)


def test_sealing_twice_gives_two_ciphertexts() -> None:
    assert len({seal(SECRET, KEY, HOME) for _ in range(200)}) == 200


def test_an_envelope_is_laid_out_as_written() -> None:
    """Format, length and id of the key, a nonce of 96 bits, then ciphertext and tag."""
    blob = seal(SECRET, KEY, HOME)
    head, nonce, body = blob[:6], blob[6:18], blob[18:]
    assert head == b"\x01\x04ckey"
    assert AESGCM(KEY.key).decrypt(nonce, body, head + HOME.as_bytes()) == SECRET
    assert len(body) == len(SECRET) + 16


def test_a_key_is_neither_shown_nor_pickled() -> None:
    key = DataKey("ckey", b"0123456789abcdef0123456789abcdef")
    assert "0123" not in f"{key} {key!r}"
    with pytest.raises(TypeError, match="DataKey holds a key"):
        pickle.dumps(key)
