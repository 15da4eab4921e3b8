"""The installation's keyring: local keys and AWS KMS together, one of them current."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from shopapp.crypto.envelope import DataKey, NeverPickled
from shopapp.crypto.keyrings import LocalKeyring, WrappedKey
from shopapp.crypto.kms import PREFIX, KmsKeyring

KEPT_SECONDS = 300.0
MOST_KEPT = 1000


@dataclass
class Ring(NeverPickled):
    """Wraps with KMS when KMS_KEY_ID is set, else with the local current key; unwraps either.

    `read` gives the local keys as they are now: another process may have added one.
    """

    read: Callable[[], LocalKeyring] = field(repr=False, compare=False)
    kms: KmsKeyring = field(repr=False)
    local: LocalKeyring = field(init=False)

    def __post_init__(self) -> None:
        self.local = self.read()
        self._memory = Memory()

    @property
    def is_remote(self) -> bool:
        return bool(self.kms.key_id)

    @property
    def current(self) -> str:
        return self.kms.current if self.is_remote else self.local.current

    def has(self, kek_id: str) -> bool:
        """Whether what the key `kek_id` wrapped can be asked for here."""
        return kek_id.startswith(PREFIX) or kek_id in self.local.keys

    def wrap(self, key: DataKey, store_id: str) -> WrappedKey:
        if not self.is_remote:
            self.local = self.read()  # the key current at our start may be retired by now
            return self.local.wrap(key, store_id)
        wrapped = self.kms.wrap(key, store_id)
        self._memory.keep((wrapped, key.id, store_id), key)
        return wrapped

    def unwrap(self, wrapped: WrappedKey, key_id: str, store_id: str) -> DataKey:
        if not wrapped.kek_id.startswith(PREFIX):
            return self._local_with(wrapped.kek_id).unwrap(wrapped, key_id, store_id)
        name = (wrapped, key_id, store_id)
        known = self._memory.find(name)
        if known is None:
            known = self.kms.unwrap(wrapped, key_id, store_id)
            self._memory.keep(name, known)
        return known

    def _local_with(self, kek_id: str) -> LocalKeyring:
        if kek_id not in self.local.keys:
            self.local = self.read()
        return self.local


Name = tuple[WrappedKey, str, str]


class Memory(NeverPickled):
    """Data keys unwrapped by a call, for KEPT_SECONDS: a page with ten secrets makes one call."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._kept: dict[Name, tuple[float, DataKey]] = {}
        self._lock = threading.Lock()

    def find(self, name: Name) -> DataKey | None:
        """The key kept under `name`, unless it was too long ago."""
        with self._lock:
            until, key = self._kept.get(name, (0.0, None))
            return key if self._now() < until else None

    def keep(self, name: Name, key: DataKey) -> None:
        """Keep `key`; the oldest gives way when there are too many."""
        with self._lock:
            self._kept.pop(name, None)
            if len(self._kept) >= MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[name] = (self._now() + KEPT_SECONDS, key)
