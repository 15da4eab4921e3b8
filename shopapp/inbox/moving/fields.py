"""Reading loosely typed records: a text, a moment, a list, a person, whatever stands there."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from shopapp.inbox.sanitising import plain_text

_LONGEST = 200_000


def text(record: Mapping[str, Any], *names: str) -> str:
    """The first of the fields that has words."""
    for name in names:
        value = record.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, str) and value.strip():
            return value.strip()[:_LONGEST]
    return ""


def from_html(html: str) -> str:
    """HTML as plain text, without blank lines at its ends."""
    return plain_text(html).strip()


def items(value: Any) -> list[dict[str, Any]]:
    """The objects of a list, also of one written as JSON text; anything else is empty."""
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return []
    if isinstance(value, dict):
        value = [value]
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def within(record: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The object of a field; empty where there is none."""
    value = record.get(name)
    return value if isinstance(value, dict) else {}


def tags(value: Any) -> tuple[str, ...]:
    """Tags from a list of words or of objects with a name, or from words with commas between."""
    if isinstance(value, str):
        value = re.split(r"[,;]" if "," in value or ";" in value else r"\s+", value)
    named = (
        text(each, "name", "tag") if isinstance(each, dict) else str(each)
        for each in (value if isinstance(value, list) else [])
    )
    clean = (" ".join(each.lower().split())[:60] for each in named)
    return tuple(dict.fromkeys(each for each in clean if each))


def moment(record: Mapping[str, Any], *names: str) -> datetime | None:
    """The first of the fields that is an ISO 8601 moment, in UTC; without a zone it is UTC."""
    for name in names:
        try:
            found = datetime.fromisoformat(text(record, name).replace(" UTC", "+00:00"))
        except ValueError:
            continue
        aware = found if found.tzinfo else found.replace(tzinfo=UTC)
        return aware.astimezone(UTC)
    return None
