"""Columns as the studio knows them: what may be shown of each, and what may be asked of it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Double,
    Enum,
    Integer,
    LargeBinary,
    Numeric,
    Text,
)
from sqlalchemy.orm import InstrumentedAttribute

from shopapp.columns import Amount, CleanText, Json, UtcDateTime


class Kind(enum.StrEnum):
    TEXT = "text"
    NUMBER = "number"
    AMOUNT = "amount"
    MOMENT = "moment"
    DAY = "day"
    FLAG = "flag"
    CHOICE = "choice"
    JSON = "json"
    BYTES = "bytes"
    MASKED = "masked"


# The types that are shown, and how. A column of any other type is masked.
_SHOWN: tuple[tuple[type[Any], Kind], ...] = (
    (UtcDateTime, Kind.MOMENT),
    (Amount, Kind.AMOUNT),
    (Json, Kind.JSON),
    (JSON, Kind.JSON),
    (LargeBinary, Kind.BYTES),
    (Boolean, Kind.FLAG),
    (Enum, Kind.CHOICE),
    (Date, Kind.DAY),
    (Integer, Kind.NUMBER),
    (Double, Kind.NUMBER),
    (Numeric, Kind.NUMBER),
    (CleanText, Kind.TEXT),
    (Text, Kind.TEXT),
)
_SECRET_WORDS = frozenset(
    "password passwords secret token ciphertext wrapped totp recovery uniquifier webauthn salt "
    "cookie credential credentials signature_key private".split()
)
_HARMLESS = frozenset({"secret_hint", "access_token_hint"})  # the last four characters


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its kind, its choices, and the table its foreign key leads to."""

    name: str
    kind: Kind
    attribute: InstrumentedAttribute[Any]
    choices: tuple[str, ...] = ()
    target: str | None = None

    @property
    def is_shown(self) -> bool:
        """Whether its value leaves the database at all."""
        return self.kind is not Kind.MASKED

    @property
    def is_sortable(self) -> bool:
        return self.kind not in (Kind.MASKED, Kind.JSON, Kind.BYTES)


def field(attribute: InstrumentedAttribute[Any], column: Column[Any]) -> Field:
    """What the studio makes of a mapped column."""
    targets = [key.target_fullname.partition(".")[0] for key in column.foreign_keys]
    return Field(
        column.name,
        _kind(column),
        attribute,
        tuple(column.type.enums) if isinstance(column.type, Enum) else (),
        targets[0] if targets else None,
    )


def _kind(column: Column[Any]) -> Kind:
    is_named_so = not _SECRET_WORDS.isdisjoint(column.name.split("_"))
    if is_named_so and column.name not in _HARMLESS:
        return Kind.MASKED
    return next((kind for shown, kind in _SHOWN if isinstance(column.type, shown)), Kind.MASKED)
