"""The keys of an installation: made at first start, kept in the instance folder."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from shopapp.config import Config
from shopapp.crypto import keyrings
from shopapp.crypto.envelope import NeverPickled
from shopapp.crypto.kms import KmsKeyring
from shopapp.crypto.ring import Ring
from shopapp.ids import new_id

SECRETS, KEYRING = "secrets.json", "keyring.json"


class InstanceError(Exception):
    """The instance folder cannot be used; the message says what to do."""


@dataclass(frozen=True)
class InstanceKeys(NeverPickled):
    """What signs sessions and hashes passwords, and the keyring that wraps data keys."""

    secret_key: str = field(repr=False)
    password_salt: str = field(repr=False)
    totp_key: str = field(repr=False)
    thread_key: bytes = field(repr=False)
    keyring: Ring


def load(config: Config) -> InstanceKeys:
    """The installation's keys, made on first use; raises InstanceError or KeyringError."""
    _folder(config.instance)
    # before the secrets: they tell that there was a keyring
    keyring = Ring(partial(_local, config), KmsKeyring(config.kms_key_id))
    stored = _secrets(config.instance / SECRETS)
    return InstanceKeys(
        secret_key=config.secret_key or stored["secret_key"],
        password_salt=stored["password_salt"],
        totp_key=stored["totp_key"],
        thread_key=stored["thread_key"].encode(),
        keyring=keyring,
    )


def _folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        message = f"the instance folder {path} cannot be made: {error.strerror}"
        raise InstanceError(message) from error
    if not os.access(path, os.W_OK | os.X_OK):
        message = (
            f"the instance folder {path} is not writable: "
            "give it to this user, or set SHOPAPP_INSTANCE to another folder"
        )
        raise InstanceError(message)


def _secrets(path: Path) -> dict[str, str]:
    names = ("secret_key", "password_salt", "totp_key", "thread_key")
    if not path.exists():
        _write_once(path, json.dumps({name: secrets.token_urlsafe(48) for name in names}))
    _refuse_other_readers(path)
    try:
        stored = json.loads(path.read_text())
        return {name: str(stored[name]) for name in names}
    except (OSError, ValueError, KeyError, TypeError):
        message = f"{path} cannot be read: restore it from your backup, or remove it to start anew"
        raise InstanceError(message) from None  # a JSON error carries the text it failed on


def add_key(config: Config, name: str, *, current: bool) -> keyrings.LocalKeyring:
    """Put a fresh key called `name` into the keyring; raises KeyringError.

    ENCRYPTION_KEYS is not ours to change: then the keyring that it should become is returned.
    """
    return _changed(config, lambda ring: keyrings.with_key(ring, name, current=current))


def remove_key(config: Config, name: str) -> keyrings.LocalKeyring:
    """Take the key `name` out of the keyring, as `add_key` puts one in; raises KeyringError."""
    return _changed(config, lambda ring: keyrings.without_key(ring, name))


def _changed(
    config: Config, change: Callable[[keyrings.LocalKeyring], keyrings.LocalKeyring]
) -> keyrings.LocalKeyring:
    with _alone(config.instance):
        changed = change(_local(config))
        if not config.encryption_keys:
            draft = _draft(path := config.instance / KEYRING, keyrings.file_text(changed))
            draft.replace(path)
        return changed


def _local(config: Config) -> keyrings.LocalKeyring:
    if config.encryption_keys:
        return keyrings.from_text(config.encryption_keys)
    path = config.instance / KEYRING
    if not path.exists():
        if config.kms_key_id:
            return keyrings.NO_KEYS
        _refuse_another(path)
        _write_once(path, keyrings.new_text(new_name()))
    _refuse_other_readers(path)
    return keyrings.from_file(path)


def new_name() -> str:
    """A name for a key that nobody named."""
    return f"local-{new_id()[-6:]}"


def _refuse_another(path: Path) -> None:
    """A new keyring cannot open what the lost one sealed, and would hide that it is lost."""
    if path.with_name(SECRETS).exists() and not path.exists():
        message = (
            f"{path} is missing: put it back from your backup, or remove {SECRETS} beside it as "
            "well to start with new keys and enter saved passwords again"
        )
        raise keyrings.KeyringError(message)


def _refuse_other_readers(path: Path) -> None:
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        message = f"{path} is open to other users of this machine: run chmod 600 {path}"
        raise InstanceError(message)


def _write_once(path: Path, text: str) -> None:
    """Write `path` whole or not at all; a process that was faster wins and is not overwritten."""
    draft = _draft(path, text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _draft(path: Path, text: str) -> Path:
    """`text` on the disk beside `path`, for its owner alone."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{new_id()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return draft


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time changes the folder's keyring."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
