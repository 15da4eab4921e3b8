"""Sealed columns: what a model shows of a secret (whether it is set, its last four characters)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn, overload

from shopapp.crypto.envelope import Place

HINT_CHARACTERS = 4


@dataclass(frozen=True, slots=True)
class SealedValue:
    """A secret as everything outside the vault sees it: never its plaintext."""

    is_set: bool
    hint: str | None

    def __str__(self) -> str:
        return f"•••• {self.hint or ''}".rstrip() if self.is_set else "not set"

    __repr__ = __str__


class Sealed:
    """A sealed value kept in `<name>_ciphertext` and `<name>_hint` beside `encryption_version`.

    Reading gives a SealedValue. Writing and opening are the vault's (shopapp.connections).
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, row: None, owner: type) -> Sealed: ...
    @overload
    def __get__(self, row: object, owner: type) -> SealedValue: ...
    def __get__(self, row: object | None, owner: type) -> Sealed | SealedValue:
        if row is None:
            return self
        return SealedValue(self.ciphertext(row) is not None, getattr(row, f"{self.name}_hint"))

    def __set__(self, row: object, value: object) -> NoReturn:
        message = f"{self.name} is sealed: write it through the vault"
        raise AttributeError(message)

    def ciphertext(self, row: object) -> bytes | None:
        """The sealed bytes of `row`, or None when the secret is not set."""
        blob: bytes | None = getattr(row, f"{self.name}_ciphertext")
        return blob

    def put(self, row: object, blob: bytes | None, hint: str | None, version: int) -> None:
        """Store sealed bytes with their hint and the version of the data key used."""
        setattr(row, f"{self.name}_ciphertext", blob)
        setattr(row, f"{self.name}_hint", hint)
        row.encryption_version = version  # type: ignore[attr-defined]

    def place(self, row: Any) -> Place:
        """The place of this value: store, table, column and row."""
        store_id = getattr(row, "store_id", None) or row.id
        return Place(store_id, row.__tablename__, self.name, row.id)


def hint_of(secret: str) -> str | None:
    """The last four characters of a secret long enough that they give nothing away."""
    return secret[-HINT_CHARACTERS:] if len(secret) >= 4 * HINT_CHARACTERS else None
