"""What a person types into the search, read: words, phrases, operators, and what is wrong with it.

Words are found by their beginning, "phrases" as they stand, -without is left out, and operators
are in OPERATORS. Nothing is refused: what cannot be understood is left out and said in `hints`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

LONGEST, MOST = 400, 24  # characters read, and conditions in them
STATUSES = ("open", "pending", "waiting", "snoozed", "resolved", "closed", "spam")
HAVING = ("attachment", "draft")
BEING = ("unread", "overdue")
WORDED = {"from": "sender", "to": "recipient", "subject": "subject"}
PRIORITIES = ("low", "normal", "high", "urgent")
CHOICES = {"status": STATUSES, "priority": PRIORITIES, "has": HAVING, "is": BEING}
DATED = ("before", "after")
NAMED = ("order", "tag", "assignee", "mailbox")
OPERATORS = (*WORDED, *NAMED, *CHOICES, *DATED)
_PART = re.compile(r'(-?)(?:([A-Za-z]+):)?(?:"([^"]*)"?|(\S+))|(\S)')
_TOKEN = re.compile(r"[^\W_]+")
_AGO = re.compile(r"(\d{1,4})d")


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand beside each other; the last one may go on unless it `is_exact`.

    `field` is '', 'sender', 'recipient' or 'subject'.
    """

    tokens: tuple[str, ...]
    field: str = ""
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator: `value` is a word, or a day for `before` and `after`."""

    name: str
    value: str | date
    is_without: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """A search: tickets with a text of all `terms`, with none of `without`, under `conditions`."""

    terms: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()
    conditions: tuple[Condition, ...] = ()
    numbers: tuple[int, ...] = ()
    hints: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.terms or self.without or self.conditions or self.numbers)

    @property
    def marked(self) -> tuple[str, ...]:
        """The words to highlight in a mail's text: those that were not said to stand elsewhere."""
        return tuple(token for term in self.terms if not term.field for token in term.tokens)

    @property
    def alone(self) -> str:
        """The one thing that was typed if it was one thing: perhaps an order, a SKU or a tag."""
        only = len(self.terms) == 1 and not (self.without or self.numbers)
        return " ".join(self.terms[0].tokens) if only and not self.terms[0].field else ""


def read(text: str, *, today: date) -> Search:
    """What `text` asks for; `today` is the store's date."""
    parts: list[object] = []
    for found in _PART.finditer(text[:LONGEST]):
        if len(parts) == MOST:
            parts.append(f"Only the first {MOST} conditions are used.")
            break
        parts.append(_part(found, today))
    told = [part for part in parts if part is not None]
    terms = [part for part in told if isinstance(part, tuple)]
    return Search(
        terms=tuple(term for term, without in terms if not without),
        without=tuple(term for term, without in terms if without),
        conditions=tuple(part for part in told if isinstance(part, Condition)),
        numbers=tuple(part for part in told if isinstance(part, int)),
        hints=tuple(dict.fromkeys(part for part in told if isinstance(part, str))),
    )


def tokens(text: str) -> tuple[str, ...]:
    """The words of `text` as the indexes cut them: accents off, divided where no letter stands."""
    plain = "".join(
        each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each)
    )
    return tuple(_TOKEN.findall(plain))


def _part(found: re.Match[str], today: date) -> object:
    minus, operator, quoted, word, _ = found.groups()
    value = quoted if word is None else word
    if value is None:
        return None
    name, without = (operator or "").lower(), bool(minus)
    if name and name not in OPERATORS:
        known = ", ".join(f"{each}:" for each in OPERATORS)
        if quoted is None and "/" not in value:
            return f"There is no “{name}:”. There are {known}"
        value, name = f"{operator} {value}", ""  # an address of a page, or words with a colon
    if name in CHOICES or name in DATED or name in NAMED:
        return _condition(name, value.strip(), without, today)
    if not name and quoted is None and re.fullmatch(r"#\d{1,9}", value) and not without:
        return int(value[1:])
    return _term(WORDED.get(name, ""), value, without, is_exact=quoted is not None)


def _term(field: str, value: str, without: bool, *, is_exact: bool) -> object:
    cut = tokens(value)
    if not cut:
        return f"There is no word to look for in “{value}”." if value.strip() else None
    return Term(cut, field, is_exact), without


def _condition(name: str, value: str, without: bool, today: date) -> Condition | str:
    if not value:
        return f"Say what after “{name}:”."
    if name in DATED:
        day = _day(value, today)
        return (
            Condition(name, day, without)
            if day
            else f"“{value}” is no date: write {name}:{today.isoformat()}, "
            f"{name}:yesterday or {name}:7d."
        )
    choices = CHOICES.get(name)
    if choices and value.lower() not in choices:
        return f"“{name}:” takes {', '.join(choices)}."
    return Condition(name, value.lower() if choices else value, without)


def _day(value: str, today: date) -> date | None:
    """2026-11-26, today, yesterday, or 7d for seven days ago."""
    said = {"today": 0, "yesterday": 1}.get(value.lower())
    ago = _AGO.fullmatch(value.lower())
    if ago:
        said = int(ago[1])
    if said is not None:
        return today - timedelta(days=said)
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
