"""Values as the studio shows them: JSON laid out, secrets masked, bytes as a size."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from shopapp.logs import redact
from shopapp.ops.studio.columns import Field, Kind

MASK = "••••••••"
_SHORT = 120
_FOLDED = 400  # characters from which a text is folded on its row's page


@dataclass(frozen=True, slots=True)
class Cell:
    """One value in words. `target` is the table it leads to, `moment` what a time tag needs."""

    field: Field
    text: str
    moment: datetime | None = None
    target: str | None = None
    is_empty: bool = False

    @property
    def is_long(self) -> bool:
        return len(self.text) > _FOLDED

    @property
    def is_number(self) -> bool:
        return self.field.kind in (Kind.NUMBER, Kind.AMOUNT)


def listed(field: Field, value: Any) -> Cell:
    """A value in a list: texts are cut, JSON and bytes are only measured."""
    if field.kind is Kind.JSON and value is not None:
        return Cell(field, f"{value:,} characters")
    if isinstance(value, str) and len(value) > _SHORT:
        value = value[:_SHORT] + "…"
    return shown(field, value)


def shown(field: Field, value: Any) -> Cell:
    """A value on its row's page."""
    if field.kind is Kind.MASKED:
        return Cell(field, MASK if value else "not set", is_empty=not value)
    if value is None:
        return Cell(field, "empty", is_empty=True)
    if isinstance(value, datetime):
        return Cell(field, value.isoformat(), moment=value)
    return Cell(field, _said(field, value), target=field.target)


def plain(field: Field, value: Any) -> Any:
    """A value for a file: what JSON and CSV can hold."""
    if field.kind is Kind.JSON and value is not None:
        return _masked(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date | Decimal):
        return str(value)
    return value


def _said(field: Field, value: Any) -> str:
    if field.kind is Kind.JSON:
        return json.dumps(_masked(value), ensure_ascii=False, indent=2)
    if field.kind is Kind.BYTES:
        return f"{value:,} bytes"
    if field.kind is Kind.FLAG:
        return "yes" if value else "no"
    return str(value)


def _masked(value: Any) -> Any:
    """Secret-sounding names inside JSON are masked as they are in logs."""
    held: Mapping[str, Any] = redact(None, "", {"value": value})
    return held["value"]
