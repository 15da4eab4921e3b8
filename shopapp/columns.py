"""Portable column types: the same Python value in and out on SQLite and PostgreSQL."""

from __future__ import annotations

import enum
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Enum, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB

_UNITS = Decimal(10_000)
_LIMIT = 2**63 - 1


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC with microseconds. Raises ValueError for a naive datetime."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"{value!r} has no time zone"
            raise ValueError(message)
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Amount(TypeDecorator[Decimal]):
    """An exact decimal stored as an integer of ten-thousandths; raises ValueError beyond it."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        units = Decimal(value) * _UNITS
        if units != units.to_integral_value() or abs(units) > _LIMIT:
            message = f"{value} is not an amount of at most four decimal places"
            raise ValueError(message)
        return int(units)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value) / _UNITS


class CleanText(TypeDecorator[str]):
    """Unicode text both dialects accept: NUL and lone surrogates are taken out on the way in."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else clean(value)


class Json(TypeDecorator[Any]):
    """JSON (JSONB on PostgreSQL) whose value is checked against `shape` when it is written.

    `shape` is any type msgspec understands (a TypedDict, list[str], dict[str, int], …).
    Raises `msgspec.ValidationError` naming the path of the first wrong value.
    """

    impl = JSON(none_as_null=True)
    cache_ok = True

    def __init__(self, shape: Any = Any) -> None:
        super().__init__()
        self.shape = shape

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(JSONB(none_as_null=True))
        return dialect.type_descriptor(JSON(none_as_null=True))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        return _scrubbed(msgspec.to_builtins(msgspec.convert(value, type=self.shape)))


def choice(cls: type[enum.StrEnum], name: str) -> Enum:
    """A string enum column with a CHECK constraint called `name`, no native enum type."""
    return Enum(
        cls,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


def clean(value: str) -> str:
    """`value` without NUL characters and lone surrogates, which PostgreSQL refuses."""
    if value.isascii():
        return value.replace("\x00", "") if "\x00" in value else value
    return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_scrubbed(item) for item in value]
    if isinstance(value, dict):
        return {clean(key): _scrubbed(item) for key, item in value.items()}
    return value
