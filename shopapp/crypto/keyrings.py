"""Keyrings: who wraps the stores' data keys. The local one is made at first start."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from shopapp.crypto import envelope


class KeyringError(Exception):
    """The keyring is missing, unreadable or lacks a key; the message says what to do."""


class KeyringUnreachable(KeyringError):
    """The keyring is elsewhere and does not answer now; the same call may succeed later."""


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key sealed by the key-encryption key `kek_id`."""

    kek_id: str
    blob: bytes


class Keyring(Protocol):
    """The two-method interface of every keyring (local file, environment, a cloud's KMS)."""

    @property
    def current(self) -> str:
        """The id of the key-encryption key that wraps from now on."""

    @property
    def is_remote(self) -> bool:
        """Whether to wrap and unwrap is a call to an outside service."""

    def wrap(self, key: envelope.DataKey, store_id: str) -> WrappedKey:
        """`key` wrapped for `store_id` by the current key-encryption key."""

    def unwrap(self, wrapped: WrappedKey, key_id: str, store_id: str) -> envelope.DataKey:
        """The data key again; raises KeyringError or CannotOpen."""


@dataclass(frozen=True)
class LocalKeyring(envelope.NeverPickled):
    """Key-encryption keys held in memory, `current` one wrapping new data keys."""

    keys: dict[str, bytes] = field(repr=False)
    current: str
    is_remote = False

    def wrap(self, key: envelope.DataKey, store_id: str) -> WrappedKey:
        kek = envelope.DataKey(self.current, self.keys[self.current])
        return WrappedKey(self.current, envelope.seal(key.key, kek, _place(key.id, store_id)))

    def unwrap(self, wrapped: WrappedKey, key_id: str, store_id: str) -> envelope.DataKey:
        if wrapped.kek_id not in self.keys:
            message = (
                f"the key '{wrapped.kek_id}' that protects this store's secrets is missing: "
                "put back the keyring file from your backup, or set ENCRYPTION_KEYS"
            )
            raise KeyringError(message)
        kek = envelope.DataKey(wrapped.kek_id, self.keys[wrapped.kek_id])
        plain = envelope.open_sealed(wrapped.blob, kek, _place(key_id, store_id))
        return envelope.DataKey(key_id, plain)


NO_KEYS = LocalKeyring({}, "")


def from_text(text: str) -> LocalKeyring:
    """A keyring from `id:base64,id:base64`; the first key is current. Raises KeyringError."""
    keys: dict[str, bytes] = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        name, _, encoded = entry.partition(":")
        keys[name] = _decoded(encoded)
    if not keys:
        message = "ENCRYPTION_KEYS holds no key: give id:base64 of 32 bytes"
        raise KeyringError(message)
    return LocalKeyring(keys, next(iter(keys)))


def from_file(path: Path) -> LocalKeyring:
    """The keyring kept in `path`; raises KeyringError when it cannot be read."""
    try:
        stored = json.loads(path.read_text())
        keys = {name: _decoded(encoded) for name, encoded in stored["keys"].items()}
        return LocalKeyring(keys, _known(stored["current"], keys))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"the keyring {path} cannot be read ({type(error).__name__}): restore it"
        raise KeyringError(message) from None  # a JSON error carries the text it failed on


def new_text(name: str) -> str:
    """The text of a new keyring file with one fresh key called `name`."""
    return file_text(LocalKeyring({name: envelope.new_key()}, name))


def file_text(ring: LocalKeyring) -> str:
    """What `from_file` reads."""
    keys = {name: _encoded(key) for name, key in ring.keys.items()}
    return json.dumps({"current": ring.current, "keys": keys}, indent=1) + "\n"


def variable_text(ring: LocalKeyring) -> str:
    """What `from_text` reads: the current key first."""
    names = sorted(ring.keys, key=lambda name: name != ring.current)
    return ",".join(f"{name}:{_encoded(ring.keys[name])}" for name in names)


def with_key(ring: LocalKeyring, name: str, *, current: bool) -> LocalKeyring:
    """`ring` and a fresh key called `name`; raises KeyringError for a name that cannot be used."""
    if name in ring.keys or not re.fullmatch(r"[A-Za-z0-9._-]{1,40}", name):
        message = f"a key cannot be called '{name}': take a new name of letters, digits and . _ -"
        raise KeyringError(message)
    return LocalKeyring(
        {**ring.keys, name: envelope.new_key()}, name if current or not ring.keys else ring.current
    )


def without_key(ring: LocalKeyring, name: str) -> LocalKeyring:
    """`ring` without the key `name`; raises KeyringError for the current one and a stranger."""
    if name == ring.current or name not in ring.keys:
        reason = "wraps new data keys: add another first" if name == ring.current else "is not here"
        message = f"the key '{name}' {reason}"
        raise KeyringError(message)
    return LocalKeyring({kept: ring.keys[kept] for kept in ring.keys if kept != name}, ring.current)


def _decoded(encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != envelope.KEY_BYTES:
        message = "a key is not base64 of exactly 32 bytes"
        raise KeyringError(message)
    return key


def _encoded(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _known(name: str, keys: dict[str, bytes]) -> str:
    if name not in keys:
        message = f"the current key '{name}' is not in the keyring"
        raise KeyringError(message)
    return name


def _place(key_id: str, store_id: str) -> envelope.Place:
    return envelope.Place(store_id, "data_key", "wrapped", key_id)
