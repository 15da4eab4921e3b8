"""Settings and audit lines in words: labels of fields, values as people read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shopapp.settings.merging import Collision
from shopapp.stores import registry

_LONGEST = 200
_EMPTY: tuple[Any, ...] = (None, "", [], {})
_THRESHOLDS = {each.key: each.label for each in registry.THRESHOLDS}
_TOGGLES = {each.key: each.label for each in registry.TOGGLES}
_LABELS = {
    **_THRESHOLDS,
    **_TOGGLES,
    "name": "Store name",
    "timezone": "Time zone",
    "mailbox_address": "Mail address",
    "mailbox_name": "Sender’s name",
    "username": "User name",
    "host": "Server",
    "security": "Encryption",
    "sign_in": "Password",
    "writer": "Who writes",
    "base_url": "Base URL",
    "timeout_seconds": "Time limit of a call, in seconds",
    "masks_people": "Send no names, addresses and phone numbers",
    "hold_out": "Tickets without a draft, in percent",
    "input_price": "Price of a million tokens in",
    "output_price": "Price of a million tokens out",
    "monthly_budget": "Budget a month",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One value before and after, in words; `before` is empty when there was none."""

    label: str
    before: str
    after: str


def what(action: str) -> str:
    """'thresholds.changed' as 'Thresholds changed'."""
    return action.replace(".", " ").replace("_", " ").capitalize()


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What changed, field by field; the version is bookkeeping and left out."""
    return [
        Difference(
            label(key),
            "" if before.get(key) in _EMPTY else said(before[key]),
            said(after[key]) if key in after else "nothing",
        )
        for key in {**before, **after}
        if key != "version"
    ]


def collisions(found: Sequence[Collision]) -> list[Difference]:
    """Colliding values: `before` is what they saved, `after` what I typed."""
    return [Difference(label(each.key), said(each.theirs), said(each.mine)) for each in found]


def label(key: str) -> str:
    """The label of a setting or field."""
    return _LABELS.get(key) or key.replace("_", " ").capitalize()


def said(value: Any) -> str:
    """A value in words, at most 200 characters."""
    if value in _EMPTY:
        return "nothing"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        value = ", ".join(map(said, value))
    text = str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
