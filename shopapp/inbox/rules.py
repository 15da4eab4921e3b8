"""Rules on mail: conditions that hold or do not, and what may be done about it (pure).

Nothing here or behind it can send: a rule sorts, puts aside, closes, or proposes a macro.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

READ = 20_000
"""Characters of a text that are looked at."""
MOST = 20
"""Conditions, and actions, of one rule."""
LONGEST = 200

Facts = Callable[[str], Any]

_TEXT = {"contains": "contains", "lacks": "does not contain", "is": "is", "like": "is like"}
_WORD = {"is": "is", "is_not": "is not"}
_NUMBER = {"at_least": "is at least", "at_most": "is at most"}
_YES = {"is": "is"}


@dataclass(frozen=True, slots=True)
class Field:
    """Something a condition can ask about. `kind`: text, word, words, number or yes."""

    label: str
    kind: str

    @property
    def operators(self) -> Mapping[str, str]:
        """The words between field and value, by key."""
        kinds = {"text": _TEXT, "word": _WORD, "words": _WORD, "number": _NUMBER, "yes": _YES}
        return kinds[self.kind]


FIELDS: Mapping[str, Field] = {
    "from": Field("Sender’s address", "text"),
    "to": Field("Recipients", "text"),
    "subject": Field("Subject", "text"),
    "body": Field("Text", "text"),
    "mailbox": Field("Mailbox", "word"),
    "first": Field("First message of the ticket (yes or no)", "yes"),
    "open_hours": Field("In business hours (yes or no)", "yes"),
    "intent": Field("What it is about", "words"),
    "language": Field("Language (en, de, …)", "word"),
    "spam_score": Field("Spam score", "number"),
    "has_order": Field("Has an order (yes or no)", "yes"),
    "order_status": Field("Order is shipped (unfulfilled, partial, fulfilled)", "word"),
    "order_value": Field("Order value", "number"),
    "customer_tag": Field("Customer’s tag", "words"),
    "customer_spent": Field("Customer has spent", "number"),
    "customer_orders": Field("Customer’s orders", "number"),
}
OPERATORS = {**_TEXT, **_WORD, **_NUMBER}
ACTIONS: Mapping[str, str] = {
    "tag": "Add the tag",
    "assign": "Assign to",
    "prioritise": "Set the priority",
    "snooze": "Snooze for hours",
    "close": "Close",
    "spam": "Mark as spam",
    "macro": "Propose the macro",
}
BARE = ("close", "spam")
"""Actions without a value."""


def holds(conditions: Sequence[Mapping[str, str]], facts: Facts, *, needs_all: bool) -> bool:
    """Whether all (or any) of the conditions hold; a rule without conditions always does."""
    if not conditions:
        return True
    found = (_holds(each, facts) for each in conditions)
    return all(found) if needs_all else any(found)


def is_like(text: str, pattern: str) -> bool:
    """Whether `text` holds the pieces of `pattern` between its stars, in that order.

    It takes time in proportion to the text, whatever the pattern: there is no going back.
    """
    at = 0
    for piece in pattern.split("*"):
        at = text.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return True


def faults(
    conditions: Sequence[Mapping[str, str]], actions: Sequence[Mapping[str, str]]
) -> list[str]:
    """What is wrong with a rule as it was typed, one sentence each."""
    found = [_fault(each) for each in conditions]
    if not actions:
        found.append("Say what the rule does.")
    for each in actions:
        if each.get("do") not in ACTIONS:
            found.append("Choose what the rule does.")
        elif each["do"] not in BARE and not each.get("value", "").strip():
            found.append(f"“{ACTIONS[each['do']]}” needs a value.")
        elif each["do"] == "snooze" and not _is_hours(each["value"]):
            found.append("A rule snoozes for 1 to 720 hours.")
    if max(len(conditions), len(actions)) > MOST:
        found.append(f"A rule has {MOST} conditions and {MOST} actions at most.")
    return list(dict.fromkeys(filter(None, found)))


def fingerprint(*parts: Any) -> str:
    """Tells whether what a dry run tried is still what the rule says."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def spoken(condition: Mapping[str, str]) -> str:
    """'Subject contains “refund”'."""
    field = FIELDS.get(condition.get("field", ""))
    if field is None:
        return "something unknown"
    label = field.label.partition(" (")[0]
    return f"{label} {OPERATORS.get(condition.get('op', ''), '')} “{condition.get('value', '')}”"


def _holds(condition: Mapping[str, str], facts: Facts) -> bool:
    field = FIELDS[condition["field"]]
    value, wanted = facts(condition["field"]), condition["value"].strip().casefold()
    operator = condition["op"]
    if field.kind == "number":
        return value is not None and _compares(Decimal(value), operator, Decimal(wanted))
    if field.kind == "yes":
        return bool(value) == (wanted == "yes")
    if field.kind == "words":
        return (wanted in {str(each).casefold() for each in value or ()}) == (operator == "is")
    text = str(value or "")[:READ].casefold()
    if operator in ("is", "is_not"):
        return (text.strip() == wanted) == (operator == "is")
    if operator == "like":
        return is_like(text, wanted)
    return (wanted in text) == (operator == "contains")


def _compares(value: Decimal, operator: str, wanted: Decimal) -> bool:
    return value >= wanted if operator == "at_least" else value <= wanted


def _fault(condition: Mapping[str, str]) -> str:
    field, value = FIELDS.get(condition.get("field", "")), condition.get("value", "").strip()
    if field is None:
        return "Choose what each condition asks about."
    name = field.label.partition(" (")[0]
    if condition.get("op") not in field.operators:
        return f"“{name}” cannot be asked like this: {', '.join(field.operators.values())}."
    return _unfit(field.kind, name, value)


def _unfit(kind: str, name: str, value: str) -> str:
    if not value:
        return f"“{name}” needs a value to compare with."
    if len(value) > LONGEST:
        return f"A value has {LONGEST} characters at most."
    if kind == "number" and not _is_number(value):
        return f"“{name}” is compared with a number."
    if kind == "yes" and value.casefold() not in ("yes", "no"):
        return f"“{name}” is yes or no."
    return ""


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _is_hours(text: str) -> bool:
    return text.strip().isascii() and text.strip().isdigit() and 1 <= int(text) <= 720
