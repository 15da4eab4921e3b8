"""What is asked of a table: words, conditions, an order, columns; anything unknown is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, true

from shopapp.columns import clean
from shopapp.ops.studio.columns import Field, Kind
from shopapp.ops.studio.tables import Table
from shopapp.refusals import Invalid

OPERATORS = {
    "contains": "contains",
    "starts": "starts with",
    "is": "is",
    "not": "is not",
    "least": "is at least",
    "below": "is below",
    "empty": "is empty",
    "filled": "is not empty",
}
MOST_CONDITIONS = 8
_PRESENCE = ("empty", "filled")
_PARTS = ("contains", "starts")
_ORDERED = ("is", "not", "least", "below", *_PRESENCE)
_FITTING = {
    Kind.TEXT: ("contains", "starts", "is", "not", *_PRESENCE),
    Kind.NUMBER: _ORDERED,
    Kind.AMOUNT: _ORDERED,
    Kind.MOMENT: ("least", "below", *_PRESENCE),
    Kind.DAY: _ORDERED,
    Kind.FLAG: ("is", *_PRESENCE),
    Kind.CHOICE: ("is", "not", *_PRESENCE),
    Kind.JSON: _PRESENCE,
    Kind.BYTES: _PRESENCE,
}
_WIDEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition as it was typed."""

    column: str
    operator: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A whole question; `columns` are those to list, none for the usual ones."""

    words: str = ""
    conditions: tuple[Condition, ...] = ()
    sort: str = "id"
    descending: bool = True
    columns: tuple[str, ...] = ()

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words or self.conditions)


def criterion(table: Table, asked: Asked, timezone: str) -> ColumnElement[bool]:
    """The rows that are asked for. Raises Invalid in a sentence that names what is wrong."""
    if len(asked.conditions) > MOST_CONDITIONS:
        message = f"At most {MOST_CONDITIONS} conditions can be asked at once."
        raise Invalid(message)
    found = [_condition(known(table, each.column), each, timezone) for each in asked.conditions]
    return and_(true(), *found, *_with_words(table, asked.words))


def known(table: Table, name: str) -> Field:
    """The column called `name`. Raises Invalid when there is none, or its values are secret."""
    found = table.field(name)
    if found is None:
        message = f"{table.name} has no column “{name[:60]}” that can be asked about."
        raise Invalid(message)
    return found


def sorted_by(table: Table, asked: Asked) -> Field:
    """The column rows are sorted by. Raises Invalid."""
    found = known(table, asked.sort)
    if not found.is_sortable:
        message = f"Rows cannot be sorted by {found.name}."
        raise Invalid(message)
    return found


def _with_words(table: Table, words: str) -> Sequence[ColumnElement[bool]]:
    if not words:
        return ()
    texts = (each.attribute for each in table.shown if each.kind is Kind.TEXT)
    return (or_(*(text.icontains(clean(words), autoescape=True) for text in texts)),)


def _condition(field: Field, asked: Condition, timezone: str) -> ColumnElement[bool]:
    fitting = _FITTING[field.kind]
    if asked.operator not in fitting:
        choices = ", ".join(f"“{OPERATORS[each]}”" for each in fitting)
        message = f"{field.name} can be asked with {choices}."
        raise Invalid(message)
    if asked.operator == "empty":
        return field.attribute.is_(None)
    if asked.operator == "filled":
        return field.attribute.is_not(None)
    return _compared(field, asked.operator, _value(field, asked.value.strip(), timezone))


def _compared(field: Field, operator: str, value: Any) -> ColumnElement[bool]:
    column: Any = field.attribute
    comparison: Callable[..., ColumnElement[bool]] = {
        "contains": column.icontains,
        "starts": column.istartswith,
        "is": column.__eq__,
        "not": column.is_distinct_from,
        "least": column.__ge__,
        "below": column.__lt__,
    }[operator]
    return comparison(value, autoescape=True) if operator in _PARTS else comparison(value)


def _value(field: Field, text: str, timezone: str) -> Any:
    try:
        return _read(field, text, timezone)
    except (ValueError, InvalidOperation, OverflowError):
        expected = _EXPECTED.get(field.kind) or f"one of {', '.join(field.choices)}"
        message = f"{field.name} is compared with {expected}, not with “{text[:60]}”."
        raise Invalid(message) from None


_EXPECTED = {
    Kind.TEXT: "a text",
    Kind.NUMBER: "a number",
    Kind.AMOUNT: "an amount like 12.50",
    Kind.MOMENT: "a date or a moment like 2026-11-22 18:00",
    Kind.DAY: "a date like 2026-11-22",
    Kind.FLAG: "yes or no",
}


def _read(field: Field, text: str, timezone: str) -> Any:
    if field.kind is Kind.TEXT:
        return clean(text)
    if field.kind is Kind.FLAG:
        return {"yes": True, "no": False}[text.lower()] if text.lower() in ("yes", "no") else _no()
    if field.kind is Kind.CHOICE:
        return text if text in field.choices else _no()
    if field.kind is Kind.DAY:
        return date.fromisoformat(text)
    if field.kind is Kind.MOMENT:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone))).astimezone(
            UTC
        )
    return _number(field, text)


def _number(field: Field, text: str) -> Any:
    number = Decimal(text)
    if not number.is_finite() or abs(number) * 10_000 > _WIDEST:
        _no()
    if field.kind is Kind.AMOUNT:
        return number if number == round(number, 4) else _no()
    is_whole = field.attribute.type.python_type is int
    return (int(number) if number == int(number) else _no()) if is_whole else float(number)


def _no() -> Any:
    raise ValueError
