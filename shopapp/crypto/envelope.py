"""AES-256-GCM envelopes: a ciphertext that opens only in the place it was sealed for."""

from __future__ import annotations

import secrets
import struct
from dataclasses import dataclass, field
from typing import NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = 1
KEY_BYTES, NONCE_BYTES = 32, 12


class CannotOpen(Exception):
    """A ciphertext is damaged, was moved from its place, or its key is not here."""


class NeverPickled:
    """What holds a key is neither pickled nor copied: it would leave memory in the clear."""

    __slots__ = ()

    def __reduce__(self) -> NoReturn:
        message = f"{type(self).__name__} holds a key and is not pickled"
        raise TypeError(message)


@dataclass(frozen=True, slots=True)
class DataKey(NeverPickled):
    """A 256-bit key and the id by which an envelope names it."""

    id: str
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ciphertext lives; all four parts are authenticated with it."""

    store_id: str
    table: str
    column: str
    row_id: str

    def as_bytes(self) -> bytes:
        """An unambiguous encoding: every part with its length before it."""
        parts = (self.store_id, self.table, self.column, self.row_id)
        return b"".join(struct.pack(">I", len(part.encode())) + part.encode() for part in parts)


def new_key() -> bytes:
    """32 fresh random bytes."""
    return secrets.token_bytes(KEY_BYTES)


def seal(plaintext: bytes, key: DataKey, place: Place) -> bytes:
    """`plaintext` sealed for `place`: format, key id, 96-bit random nonce, ciphertext and tag."""
    head = head_of(key.id)
    nonce = secrets.token_bytes(NONCE_BYTES)
    body = AESGCM(key.key).encrypt(nonce, plaintext, head + place.as_bytes())
    return head + nonce + body


def open_sealed(blob: bytes, key: DataKey, place: Place) -> bytes:
    """The plaintext of `blob`; raises CannotOpen unless it was made for this key and place."""
    head = head_of(key.id)
    if key_id_of(blob) != key.id:
        message = "sealed with another key"
        raise CannotOpen(message)
    nonce, body = blob[len(head) : len(head) + NONCE_BYTES], blob[len(head) + NONCE_BYTES :]
    try:
        return AESGCM(key.key).decrypt(nonce, body, head + place.as_bytes())
    except (InvalidTag, ValueError) as error:
        message = "damaged, or moved from the place it was sealed for"
        raise CannotOpen(message) from error


def key_id_of(blob: bytes) -> str:
    """The id of the data key `blob` was sealed with; raises CannotOpen for anything else."""
    if len(blob) < 2 or blob[0] != FORMAT or len(blob) < 2 + blob[1] + NONCE_BYTES:
        message = "not a sealed value of a known format"
        raise CannotOpen(message)
    return blob[2 : 2 + blob[1]].decode("utf-8", "replace")


def head_of(key_id: str) -> bytes:
    """How every value sealed with the key `key_id` begins: a query finds them by it."""
    encoded = key_id.encode()
    return bytes([FORMAT, len(encoded)]) + encoded
