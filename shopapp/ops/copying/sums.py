"""What a table holds, as a count and a hash that do not depend on dialect or order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any

from msgspec.msgpack import Encoder

_SIZE = 16
_MODULUS = 1 << (8 * _SIZE)
_ENCODE = Encoder(order="deterministic").encode


class Sum:
    """A count of rows and the sum of their hashes (128 bits)."""

    def __init__(self) -> None:
        self.rows = 0
        self._total: int = 0

    def add(self, rows: Iterable[Sequence[Any]], json: Sequence[int]) -> None:
        """Take in rows as plain tables give them; `json` are the places of JSON values."""
        for row in rows:
            self.rows += 1
            self._total += int.from_bytes(digest(row, json))

    @property
    def hash(self) -> str:
        """The hash in hex."""
        return (self._total % _MODULUS).to_bytes(_SIZE).hex()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sum) and (self.rows, self.hash) == (other.rows, other.hash)

    __hash__ = None  # type: ignore[assignment]


def digest(row: Sequence[Any], json: Sequence[int] = ()) -> bytes:
    """The hash of one row: moments in UTC, amounts as integers, objects by sorted key."""
    values = list(row)
    for place in json:
        values[place] = _settled(values[place])
    return blake2b(_ENCODE(values), digest_size=_SIZE).digest()


def _settled(value: Any) -> Any:
    """PostgreSQL keeps 1e20 as a whole number and SQLite as it was written: both are one."""
    if isinstance(value, float) and value.is_integer():
        return _whole(int(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return _whole(value)
    if isinstance(value, list):
        return [_settled(each) for each in value]
    if isinstance(value, dict):
        return {key: _settled(each) for key, each in value.items()}
    return value


def _whole(number: int) -> int | str:
    return number if abs(number) < 2**63 else str(number)
